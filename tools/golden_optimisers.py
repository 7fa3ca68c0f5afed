"""Writes tests/golden/optimisers.json: what PyTorch's optimisers and schedules make of given weights and gradients.

    python tools/golden_optimisers.py
"""

import json
import math
from pathlib import Path

import torch

torch.set_default_dtype(torch.float64)

STEPS, RATE = 12, 0.05
OPTIMISERS = {
    "adamw": lambda p: torch.optim.AdamW([p], lr=RATE, betas=(0.9, 0.999), eps=1e-7, weight_decay=0.1),
    "rmsprop": lambda p: torch.optim.RMSprop([p], lr=RATE, alpha=0.9, eps=1e-7),
}


def gradient(step):
    """Of six weights; none in every fourth step."""
    return [0.0 if step % 4 == 3 else math.sin(1.3 * step + i) * 10.0 ** (i - 3) for i in range(6)]


def run(make):
    weight = torch.nn.Parameter(torch.linspace(-1, 1, 6))
    optimiser = make(weight)
    for step in range(STEPS):
        weight.grad = torch.tensor(gradient(step))
        optimiser.step()
    return weight.tolist()


def rates(make, count):
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = make(optimiser)
    values = []
    for _ in range(count):
        values.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return values


def main():
    schedules = torch.optim.lr_scheduler
    golden = {
        "made_by": f"tools/golden_optimisers.py with PyTorch {torch.__version__.split('+')[0]}",
        "rate": RATE,
        "start": torch.linspace(-1, 1, 6).tolist(),
        "gradients": [gradient(step) for step in range(STEPS)],
        "after": {name: run(make) for name, make in OPTIMISERS.items()},
        "cosine_of_20_steps": rates(lambda o: schedules.CosineAnnealingLR(o, T_max=20), 20),
        "step_of_3_by_0.3": rates(lambda o: schedules.StepLR(o, step_size=3, gamma=0.3), 10),
        "linear_warm_up_of_5_in_20": rates(lambda o: schedules.LinearLR(o, 0.2, 1.0, total_iters=4), 20),
    }
    path = Path(__file__).parent.parent / "tests" / "golden" / "optimisers.json"
    path.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
