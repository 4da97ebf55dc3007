import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

X = torch.linspace(-1, 1, 24).reshape(8, 3)
y = torch.tensor([0, 1, 0, 1, 1, 0, 1, 0])
model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
with torch.no_grad():
    for param in model.parameters():
        param[:] = torch.linspace(-0.5, 0.6, param.numel()).reshape(param.shape)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for X_batch, y_batch in DataLoader(TensorDataset(X, y), batch_size=4):
    optimizer.zero_grad()  # PyTorch adds to the old gradients otherwise
    loss = nn.functional.cross_entropy(model(X_batch), y_batch)
    loss.backward()
    optimizer.step()
    print(f"loss of the batch {loss.item():.4f}")
