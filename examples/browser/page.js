import { openModel, surprise } from './model.js'

const SIDE = 28
const element = (id) => document.getElementById(id)
const draw = (canvas, ink) => {
  const image = new ImageData(SIDE, SIDE)
  for (const [i, x] of ink.entries()) image.data.set([0, 0, 0, Math.round(255 * x)], 4 * i)
  canvas.getContext('2d').putImageData(image, 0, 0)
}

const [drawn, generated, verdict] = ['drawn', 'generated', 'verdict'].map(element)
const model = await openModel(new URLSearchParams(location.search).get('model') ?? '../../runs/mnist-1/tfjs')
const picture = new Float32Array(model.pixels)

const sliders = Array.from({ length: model.latents }, (_, i) => {
  const slider = Object.assign(document.createElement('input'), {
    type: 'range',
    min: -3,
    max: 3,
    step: 0.01,
    value: 0,
  })
  slider.ariaLabel = `latent ${i}`
  slider.addEventListener('input', generate)
  element('code').append(slider)
  return slider
})

/** What the decoder makes of the sliders. */
function generate() {
  const mean = model.decode(Float32Array.from(sliders, ({ value }) => Number(value)))
  draw(generated, mean)
  return mean
}

const setCode = (code) => sliders.forEach((slider, i) => (slider.value = code[i]))

/** The drawing's code, what that generates, and whether the drawing is anything the model knows. */
const embed = () => {
  draw(drawn, picture)
  setCode(model.encode(picture))
  const { cost, expected } = surprise(picture, generate())
  verdict.value = `${cost.toFixed(0)} nats, where ${expected.toFixed(0)} are expected: ${cost > 2 * expected ? 'not one of the data' : 'like the data'}`
}

/** Ink of 0 or 1, as the model was trained on. */
const paint = ({ buttons, offsetX, offsetY }) => {
  if (buttons === 0) return
  const [x, y] = [offsetX, offsetY].map((at) => (at * SIDE) / drawn.clientWidth)
  for (let i = 0; i < picture.length; i++)
    if (Math.hypot((i % SIDE) + 0.5 - x, Math.floor(i / SIDE) + 0.5 - y) < 1.3) picture[i] = 1
  embed()
}
drawn.addEventListener('pointerdown', paint)
drawn.addEventListener('pointermove', paint)
element('clear').addEventListener('click', () => {
  picture.fill(0)
  embed()
})

const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
element('sample').addEventListener('click', () => {
  setCode(sliders.map(normal))
  generate()
})

draw(drawn, picture)
generate()
