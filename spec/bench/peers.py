"""One other framework's training step, timed when asked: peers.py {torch|jax|tf} {mlp|conv|iwae} BATCH

Prints `ready`; then for each line with a number of steps on standard input, one with the milliseconds that they took and the last loss.
The models are those of works.ts: a mean and a log-variance of 20 latents, Bernoulli logits, Adam at 1e-3, 20 minibatches in turn.
"""

import math
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np

SAMPLES = 50
LATENT = 20


def minibatches(batch):
    pixels = np.random.default_rng(0).random((20, batch, 784)) > 0.8
    return list(pixels.astype(np.float32))


# name -> (kind, inputs, outputs); kernels of 3 by 3 with stride 2
LAYERS = {
    "mlp": {"h": ("dense", 784, 400), "q": ("dense", 400, 40), "d": ("dense", 20, 400), "x": ("dense", 400, 784)},
    "conv": {
        "c1": ("conv", 1, 32),
        "c2": ("conv", 32, 64),
        "h": ("dense", 3136, 256),
        "q": ("dense", 256, 40),
        "d1": ("dense", 20, 256),
        "d2": ("dense", 256, 3136),
        "t1": ("back", 64, 32),
        "t2": ("back", 32, 1),
    },
}
LAYERS["iwae"] = LAYERS["mlp"]


def torch_step(work, batch):
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(os.cpu_count())
    make = {
        "dense": torch.nn.Linear,
        "conv": lambda i, o: torch.nn.Conv2d(i, o, 3, 2, 1),
        "back": lambda i, o: torch.nn.ConvTranspose2d(i, o, 3, 2, 1, 1),
    }
    net = torch.nn.ModuleDict({name: make[kind](i, o) for name, (kind, i, o) in LAYERS[work].items()})
    adam = torch.optim.Adam(net.parameters(), 1e-3)
    data = [torch.from_numpy(x) for x in minibatches(batch)]

    def encode(x):
        if work == "conv":
            x = F.relu(net["c2"](F.relu(net["c1"](x.view(-1, 1, 28, 28))))).flatten(1)
        return net["q"](F.relu(net["h"](x))).chunk(2, -1)

    def decode(z):
        if work != "conv":
            return net["x"](F.relu(net["d"](z)))
        h = F.relu(net["d2"](F.relu(net["d1"](z)))).view(-1, 64, 7, 7)
        return net["t2"](F.relu(net["t1"](h))).flatten(1)

    def loss(x):
        mean, log_variance = encode(x)
        if work == "iwae":
            noise = torch.randn(SAMPLES, *mean.shape)
            z = mean + torch.exp(0.5 * log_variance) * noise
            fit = -F.binary_cross_entropy_with_logits(decode(z), x.expand(SAMPLES, -1, -1), reduction="none").sum(-1)
            weight = fit + 0.5 * (noise**2 - z**2 + log_variance).sum(-1)
            return -(torch.logsumexp(weight, 0) - math.log(SAMPLES)).mean()
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        fit = F.binary_cross_entropy_with_logits(decode(z), x, reduction="sum")
        kl = -0.5 * torch.sum(1 + log_variance - mean * mean - log_variance.exp())
        return (fit + kl) / batch

    def step(i):
        adam.zero_grad(set_to_none=True)
        value = loss(data[i % 20])
        value.backward()
        adam.step()
        return value.detach()

    return step


def jax_step(work, batch):
    import jax
    import jax.numpy as jnp

    key = jax.random.PRNGKey(0)

    def layer(key, kind, i, o):
        shape = (i, o) if kind == "dense" else (3, 3, i, o)
        return jax.random.normal(key, shape) / math.sqrt(math.prod(shape[:-1])), jnp.zeros(o)

    rows = LAYERS[work].items()
    net = {name: layer(k, *row) for (name, row), k in zip(rows, jax.random.split(key, len(rows)))}
    data = [jnp.asarray(x) for x in minibatches(batch)]
    relu, axes = jax.nn.relu, ("NHWC", "HWIO", "NHWC")

    def dense(p, x):
        return x @ p[0] + p[1]

    def conv(p, x):
        return jax.lax.conv_general_dilated(x, p[0], (2, 2), "SAME", dimension_numbers=axes) + p[1]

    def back(p, x):
        return jax.lax.conv_transpose(x, p[0], (2, 2), "SAME", dimension_numbers=axes) + p[1]

    def encode(net, x):
        if work == "conv":
            x = relu(conv(net["c2"], relu(conv(net["c1"], x.reshape(-1, 28, 28, 1))))).reshape(batch, -1)
        return jnp.split(dense(net["q"], relu(dense(net["h"], x))), 2, -1)

    def decode(net, z):
        if work != "conv":
            return dense(net["x"], relu(dense(net["d"], z)))
        h = relu(dense(net["d2"], relu(dense(net["d1"], z)))).reshape(-1, 7, 7, 64)
        return back(net["t2"], relu(back(net["t1"], h))).reshape(batch, -1)

    def loss(net, x, key):
        mean, log_variance = encode(net, x)
        shape = (SAMPLES, *mean.shape) if work == "iwae" else mean.shape
        noise = jax.random.normal(key, shape)
        z = mean + jnp.exp(0.5 * log_variance) * noise
        logits = decode(net, z)
        fit = jnp.sum(jax.nn.softplus(logits) - logits * x, -1)
        if work == "iwae":
            weight = 0.5 * jnp.sum(noise**2 - z**2 + log_variance, -1) - fit
            return -jnp.mean(jax.nn.logsumexp(weight, 0) - math.log(SAMPLES))
        return (jnp.sum(fit) - 0.5 * jnp.sum(1 + log_variance - mean * mean - jnp.exp(log_variance))) / batch

    def update(state, x):
        net, m, v, t, key = state
        key, noise = jax.random.split(key)
        value, g = jax.value_and_grad(loss)(net, x, noise)
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        rate = 1e-3 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        net = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-8), net, m, v)
        return (net, m, v, t, key), value

    compiled = jax.jit(update, donate_argnums=0)
    zeros = lambda: jax.tree.map(jnp.zeros_like, net)
    state = [(net, zeros(), zeros(), jnp.float32(0), key)]

    def step(i):
        state[0], value = compiled(state[0], data[i % 20])
        return value

    return step


def tf_step(work, batch):
    import tensorflow as tf

    def layer(kind, i, o):
        shape = {"dense": (i, o), "conv": (3, 3, i, o), "back": (3, 3, o, i)}[kind]
        fan = i if kind == "dense" else 9 * i
        return tf.Variable(tf.random.normal(shape) / math.sqrt(fan)), tf.Variable(tf.zeros(o))

    net = {name: layer(*row) for name, row in LAYERS[work].items()}
    params = [p for pair in net.values() for p in pair]
    slots = [(tf.Variable(tf.zeros_like(p)), tf.Variable(tf.zeros_like(p))) for p in params]
    count = tf.Variable(0.0)
    data = [tf.constant(x) for x in minibatches(batch)]
    relu = tf.nn.relu

    def dense(name, x):
        return tf.matmul(x, net[name][0]) + net[name][1]

    def conv(name, x):
        return tf.nn.conv2d(x, net[name][0], 2, "SAME") + net[name][1]

    def back(name, x, size, channels):
        return tf.nn.conv2d_transpose(x, net[name][0], (batch, size, size, channels), 2, "SAME") + net[name][1]

    def encode(x):
        if work == "conv":
            x = tf.reshape(relu(conv("c2", relu(conv("c1", tf.reshape(x, (-1, 28, 28, 1)))))), (batch, -1))
        return tf.split(dense("q", relu(dense("h", x))), 2, -1)

    def decode(z):
        if work != "conv":
            return dense("x", relu(dense("d", z)))
        h = tf.reshape(relu(dense("d2", relu(dense("d1", z)))), (-1, 7, 7, 64))
        return tf.reshape(back("t2", relu(back("t1", h, 14, 32)), 28, 1), (batch, -1))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            mean, log_variance = encode(x)
            logits = decode(mean + tf.exp(0.5 * log_variance) * tf.random.normal(mean.shape))
            fit = tf.reduce_sum(tf.nn.softplus(logits) - logits * x)
            kl = -0.5 * tf.reduce_sum(1 + log_variance - mean * mean - tf.exp(log_variance))
            value = (fit + kl) / batch
        t = count.assign_add(1.0)
        for p, (m, v), g in zip(params, slots, tape.gradient(value, params)):
            tf.raw_ops.ResourceApplyAdam(
                var=p.handle,
                m=m.handle,
                v=v.handle,
                beta1_power=0.9**t,
                beta2_power=0.999**t,
                lr=1e-3,
                beta1=0.9,
                beta2=0.999,
                epsilon=1e-8,
                grad=g,
            )
        return value

    return lambda i: step(data[i % 20])


def main():
    peer, work, batch = sys.argv[1], sys.argv[2], int(sys.argv[3])
    step = {"torch": torch_step, "jax": jax_step, "tf": tf_step}[peer](work, batch)
    for i in range(5):
        value = step(i)
    print("ready", float(value), flush=True)
    for line in sys.stdin:
        begun = time.perf_counter()
        for i in range(int(line)):
            value = step(i)
        last = float(value)
        print((time.perf_counter() - begun) * 1e3, last, flush=True)


if __name__ == "__main__":
    main()
