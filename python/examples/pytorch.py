"""A network in PyTorch, saved between loss.backward() and the optimiser's step.

    python examples/pytorch.py [OUT.safetensors]
"""

import pathlib
import sys

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from certify import save_torch  # noqa: E402

torch.manual_seed(1)
model = nn.Sequential(
    nn.Conv2d(1, 4, kernel_size=3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(4 * 3 * 4, 5), nn.Tanh(), nn.Linear(5, 3))
x = torch.randn(7, 1, 6, 8)
y = torch.randint(0, 3, (7,))
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
path = sys.argv[1] if len(sys.argv) > 1 else "pytorch.safetensors"

for step in range(20):
    optimizer.zero_grad()
    loss = loss_fn(model(x), y)
    loss.backward()
    if step == 19:
        save_torch(path, model, x, y, loss_fn, loss)
        print(f"loss {loss.item():.4f}, saved in {path}")
    optimizer.step()
