"""Right answers to `my_config`, in the styles of different students."""

from mlp_helpers import MLPConfig

VARIANTS = [
    MLPConfig(hidden=(100, 100), learning_rate=0.2, batch_size=20),
    MLPConfig(hidden=(100,), init_stddev="he", batch_size=10),
    MLPConfig(hidden=(100,), init_stddev="he", learning_rate=0.003, batch_size=20, optimizer="adam", seed=1),
]
