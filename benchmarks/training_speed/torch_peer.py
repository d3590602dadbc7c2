"""The other contestant: the same pair, step and batches in torch, which it needs beside numpy, and nothing of ours.

Everything is as one would write it in torch: the order of a Dense layer's units follows the memory layout, the fakes
serve both updates, a penalty is taken on the logits that are there anyway, Adam is the fused one, networks are compiled
with torch.compile (but for the steps with a penalty: it cannot differentiate twice). Talks as `contest.py` says.
"""

import copy
import json
import os
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

WAITING = 8  # batches that are ready before the clock starts


def main() -> None:
    spec = json.loads(sys.argv[1])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, spec["cores"])
    import torch

    torch.set_num_threads(len(spec["cores"]))
    contestant = Torch(spec)
    answers = {"check": contestant.check, "steps": contestant.steps}
    print(json.dumps(contestant.facts()), flush=True)
    for line in sys.stdin:
        ((word, value),) = json.loads(line).items()
        print(json.dumps(answers[word](value)), flush=True)


class Torch:
    """Both networks, their optimizers, and the batches they are shown."""

    def __init__(self, spec: dict[str, Any]) -> None:
        import torch

        folder = Path(spec["folder"])
        pair = json.loads((folder / "pair.json").read_text())
        self.c, self.last = pair["step"], spec["layout"] == "channels_last"
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.half = pair["network"].get("precision") == "mixed_bfloat16"
        with np.load(folder / "weights.npz") as weights:
            self.g, self.d = (
                self._placed(built(pair, name, weights, self.last)) for name in ("generator", "discriminator")
            )
        self.average = copy.deepcopy(self.g) if self.c["ema_kimg"] else None
        fast = {"mode": spec["mode"]} if spec["mode"] != "default" else {}
        self.call_g = torch.compile(self.g, **fast) if spec["compiled"] else self.g
        self.call_d = torch.compile(self.d, **fast) if spec["compiled"] else self.d
        self.g_opt, self.d_opt = (
            optimizer(self.c, rate, net) for rate, net in (("g_rate", self.g), ("d_rate", self.d))
        )
        self.losses = LOSSES[self.c["loss"]]
        self.ready, self.number = [self._loaded(batch(pair, step)) for step in range(WAITING)], 0

    def _placed(self, network: Any) -> Any:
        import torch

        return network.to(self.device, memory_format=torch.channels_last) if self.last else network.to(self.device)

    def _loaded(self, given: tuple[np.ndarray, np.ndarray]) -> tuple[Any, Any]:
        """Bytes in the layout the network reads, as a data set of one's own would hold them."""
        import torch

        images, z = (torch.from_numpy(each) for each in given)
        pictures = images.permute(0, 3, 1, 2)
        return (pictures if self.last else pictures.contiguous()), z

    def facts(self) -> dict[str, Any]:
        import torch

        where = torch.cuda.get_device_name(0) if self.device.type == "cuda" else "cpu"
        count = sum(
            value.numel()
            for network in (self.g, self.d)
            for name, value in network.state_dict().items()
            if not name.endswith("num_batches_tracked")
        )
        return {"version": f"torch {torch.__version__}", "parameters": count, "device": where}

    def check(self, path: str) -> dict[str, Any]:
        import torch

        images, z = self.ready[0]
        with torch.no_grad(), self._cast():
            self.g.eval(), self.d.eval()
            made = {
                "generator": self.g(z.to(self.device)).permute(0, 2, 3, 1),
                "discriminator": self.d(self._to_network(images)),
            }
            self.g.train(), self.d.train()
        arrays = {name: value.float().cpu().numpy() for name, value in made.items()}
        losses = [self._step() for _ in range(2)]
        arrays |= {name: np.array([each[place].item() for each in losses]) for place, name in enumerate(LOGS)}
        np.savez(path, **arrays)
        return {}

    def steps(self, count: int) -> dict[str, float]:
        """Seconds of `count` steps, after one that is not timed."""
        self._wait(self._step())
        began = perf_counter()
        for _ in range(count):
            logs = self._step()
        self._wait(logs)
        return {"seconds": perf_counter() - began}

    def _wait(self, logs: tuple[Any, Any]) -> None:
        for each in logs:
            each.item()

    def _cast(self) -> Any:
        import torch

        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.half)

    def _to_network(self, images: Any) -> Any:
        return images.to(self.device, non_blocking=True).float() / 127.5 - 1.0

    def _step(self) -> tuple[Any, Any]:
        images, z = self.ready[self.number % WAITING]
        real = self._to_network(images)
        with self._cast():
            fake = self.call_g(z.to(self.device, non_blocking=True))
        d_loss = self._learn_discriminator(real, fake.detach())
        g_loss = self._learn_generator(real, fake)
        self._follow(len(images))
        self.number += 1
        return d_loss, g_loss

    def _learn_discriminator(self, real: Any, fake: Any) -> Any:
        critic, _, halves = self.losses
        if self.c["d_updates"] == "apart":
            return self._descend(lambda: halves[0](self._judged(real, "r1_gamma"))) + self._descend(
                lambda: halves[1](self._judged(fake, "r2_gamma"))
            )
        return self._descend(lambda: critic(self._judged(real, "r1_gamma"), self._judged(fake, "r2_gamma")))

    def _descend(self, loss: Any) -> Any:
        self.d_opt.zero_grad(set_to_none=True)
        self.penalty = 0.0
        value = loss()
        (value + self.penalty).backward()
        self.d_opt.step()
        return value.detach()

    def _judged(self, x: Any, gamma: str) -> Any:
        import torch

        every = self.c["penalty_every"]
        if not self.c[gamma] or self.number % every:
            with self._cast():
                return self.call_d(x).float()
        x = x.detach().requires_grad_()
        with self._cast():
            logits = self.d(x).float()
        (slope,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
        weight = 0.5 * self.c[gamma] * every
        self.penalty = self.penalty + weight * slope.float().square().sum((1, 2, 3)).mean()
        return logits

    def _learn_generator(self, real: Any, fake: Any) -> Any:
        import torch

        _, generator, halves = self.losses
        self.d.requires_grad_(False)
        frozen = self.c["critic_bn_in_generator_step"] == "inference"
        norms = [each for each in self.d if isinstance(each, torch.nn.BatchNorm2d)] if frozen else []
        for norm in norms:
            norm.eval()
        with self._cast():
            logits = self.call_d(real).float() if halves is None else None
            loss = generator(logits, self.call_d(fake).float())
        self.g_opt.zero_grad(set_to_none=True)
        loss.backward()
        self.g_opt.step()
        self.d.requires_grad_(True)
        for norm in norms:
            norm.train()
        return loss.detach()

    def _follow(self, count: int) -> None:
        import torch

        if self.average is None:
            return
        keep = 0.5 ** (count / (1000.0 * self.c["ema_kimg"]))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.parameters()), list(self.g.parameters()), 1.0 - keep)
            torch._foreach_copy_(list(self.average.buffers()), list(self.g.buffers()))


LOGS = ("d_loss", "g_loss")


def softplus(x: Any) -> Any:
    import torch

    return torch.nn.functional.softplus(x).mean()


def separable(real: Any, fake: Any, generator: Any) -> tuple:
    return lambda r, f: real(r) + fake(f), lambda r, f: generator(f), (real, fake)


# (of the discriminator, of the generator, halves of the former where it is a sum of two)
LOSSES: dict[str, tuple] = {
    "non-saturating": separable(lambda r: softplus(-r), softplus, lambda f: softplus(-f)),
    "minimax": separable(lambda r: softplus(-r), softplus, lambda f: -softplus(f)),
    "least-squares": separable(
        lambda r: 0.5 * (r - 1).square().mean(),
        lambda f: 0.5 * f.square().mean(),
        lambda f: 0.5 * (f - 1).square().mean(),
    ),
    "hinge": separable(lambda r: (1 - r).relu().mean(), lambda f: (1 + f).relu().mean(), lambda f: -f.mean()),
    "wasserstein": separable(lambda r: -r.mean(), lambda f: f.mean(), lambda f: -f.mean()),
    "relativistic": (lambda r, f: softplus(f - r), lambda r, f: softplus(r - f), None),
}


def optimizer(c: dict[str, Any], rate: str, network: Any) -> Any:
    import torch

    if c["optimizer"] == "sgd":
        return torch.optim.SGD(network.parameters(), c[rate])
    betas = (c["beta_1"], c["beta_2"])
    return torch.optim.Adam(network.parameters(), c[rate], betas=betas, eps=1e-7, fused=True)


def built(pair: dict[str, Any], name: str, weights: Any, last: bool) -> Any:
    """The network of that name with its weights."""
    from torch_layers import network

    own: list[dict[str, np.ndarray]] = [{} for _ in pair[name]]
    for key in weights.files:
        owner, place, variable = key.split("/")
        if owner == name:
            own[int(place)][variable] = weights[key]
    return network(pair[name], own, last)


def batch(pair: dict[str, Any], step: int) -> tuple[np.ndarray, np.ndarray]:
    """Bytes and latents of a step: what the other side draws, too."""
    network, rng = pair["network"], np.random.default_rng(step)
    count, size = pair["step"]["batch"], network["size"]
    images = rng.integers(0, 256, (count, size, size, network["channels"]), dtype=np.uint8)
    return images, rng.standard_normal((count, network["latent"]), dtype=np.float32)


if __name__ == "__main__":
    main()
