import torch
from torch import nn

model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2))
with torch.no_grad():  # a weight is the transpose of our W
    model[0].weight[:] = torch.tensor([[2.0, 1.0], [-1.0, 1.0]])
    model[0].bias[:] = torch.tensor([-1.0, 0.0])
    model[2].weight[:] = torch.tensor([[1.0, 1.0], [-1.0, 1.0]])
    model[2].bias[:] = torch.tensor([-1.0, 3.0])
logits = model(torch.tensor([[1.0, 2.0], [3.0, -1.0]]))
loss = nn.functional.cross_entropy(logits, torch.tensor([0, 1]))
loss.backward()  # all gradients, by automatic differentiation
gradient = model[2].weight.grad.T
print(f"loss {loss.item():.3f}")
print("dW2", [[round(x, 4) for x in row] for row in gradient.tolist()])
