import torch
from torch import nn, tensor

fc1, fc2 = nn.Linear(2, 2), nn.Linear(2, 2)
model = nn.Sequential(fc1, nn.ReLU(), fc2)
with torch.no_grad():  # a weight is our W, transposed
    fc1.weight[:] = tensor([[2.0, 1.0], [-1.0, 1.0]])
    fc1.bias[:] = tensor([-1.0, 0.0])
    fc2.weight[:] = tensor([[1.0, 1.0], [-1.0, 1.0]])
    fc2.bias[:] = tensor([-1.0, 3.0])
logits = model(tensor([[1.0, 2.0], [3.0, -1.0]]))
y = tensor([0, 1])
loss = nn.functional.cross_entropy(logits, y)
loss.backward()  # all gradients at once
grad = fc2.weight.grad.T.tolist()
rows = [[round(x, 4) for x in row] for row in grad]
print(f"loss {loss.item():.3f}")
print("dW2", rows)
