"""VisualAtom: python visualatom.py CHECKOUT SIZE COUNT FOLDER, by its own script, one picture a class."""

import runpy
import sys
from io import BytesIO
from pathlib import Path

import noise  # noqa: F401  (theirs, loaded before the clock starts)
from common import told
from PIL import Image

checkout, size, count, folder = Path(sys.argv[1]).resolve(), sys.argv[2], int(sys.argv[3]), sys.argv[4]
script = checkout / "visual_atomic_renderer" / "render_VisualAtom.py"
PUBLISHED = "--vertex_num_min=200 --vertex_num_max=1000 --perlin_min=0 --line_num_min=1 --line_num_max=200 "
PUBLISHED += "--line_width=0.1 --radius_min=10 --oval_rate=2 --nami_1_max=20 --nami_2_max=20"
sizes = [f"--image_size={size}", f"--start_pos={size}", f"--numof_classes={count}", "--numof_instances=1"]

Image.new("RGB", (8, 8)).save(BytesIO(), "PNG")
sys.argv = [str(script), f"--save_root={folder}", *sizes, *PUBLISHED.split()]
told(count, lambda: runpy.run_path(str(script), run_name="__main__"))
