import type { Mutant } from '../Mutant.ts'

const SCHEDULE = 'src/schedule/kinds.ts'
const STEPS = 'src/optimizer/kinds.ts'
const DIRECTION = 'src/optimizer/Direction.ts'
const VJP = 'src/transform/vjp.ts'
const VMAP = 'src/transform/vmap.ts'

/** Off-by-one schedules, optimisers, derivatives, batching and passes. */
export const trainingMutants: readonly Mutant[] = [
  {
    id: 'warm-up-never-ends',
    bug: 'β stops short of 1',
    seen: 'a warm-up that never reaches 1 on large data',
    file: SCHEDULE,
    edits: [['b.min(1, b.div(time.step, length))', 'b.min(1, b.div(time.step, b.add(length, 1)))']],
    killedBy: ['schedule', 'warm-up begins and ends'],
  },
  {
    id: 'warm-up-off-by-one',
    bug: 'the first step has a step’s worth of β already',
    seen: '(step + 1) / n',
    file: SCHEDULE,
    edits: [['b.min(1, b.div(time.step, length))', 'b.min(1, b.div(b.add(time.step, 1), length))']],
    killedBy: ['schedule', 'warm-up begins and ends'],
  },
  {
    id: 'warm-up-too-long-accepted',
    bug: 'a warm-up longer than the training is not refused',
    seen: 'epochs taken for steps',
    file: 'src/schedule/problems.ts',
    edits: [['return needed > planned ?', 'return needed > planned * planned * 1e9 ?']],
    killedBy: ['schedule', 'what never ends is refused'],
  },
  {
    id: 'cyclical-period',
    bug: 'a cycle is a step short, so that the last begins anew before the end',
    seen: 'the annealing notebook’s linspace',
    file: SCHEDULE,
    edits: [['b.div(b.add(lastStep, 1), count)', 'b.div(lastStep, count)']],
    killedBy: ['schedule', 'cyclical rises in every cycle'],
  },
  {
    id: 'cosine-never-arrives',
    bug: 'the cosine ends a step late, so that its end is never reached',
    seen: 'step / n for step / (n − 1)',
    file: SCHEDULE,
    edits: [
      [
        'halfCosine(b.min(1, b.div(time.step, lastStep)))',
        'halfCosine(b.min(1, b.div(time.step, b.add(lastStep, 1))))',
      ],
    ],
    killedBy: ['schedule', 'cosine'],
  },
  {
    id: 'adam-without-correction',
    bug: 'the first moment is not corrected for its start at 0',
    seen: 'hand-written Adam',
    file: STEPS,
    edits: [['down: [correction(beta1, d.count)],', 'down: [],']],
    killedBy: ['optimizer', 'Adam’s first step has the size of the rate'],
  },
  {
    id: 'adam-off-by-one',
    bug: 'bias correction with t from 0',
    seen: 'a division by zero hidden by ε',
    file: STEPS,
    edits: [['b.expm1(b.mul(Math.log(beta), b.add(count, 1)))', 'b.expm1(b.mul(Math.log(beta), b.add(count, 2)))']],
    killedBy: ['optimizer', 'Adam'],
  },
  {
    id: 'adamw-coupled',
    bug: 'weight decay without the learning rate',
    seen: 'the difference between two libraries’ AdamW',
    file: DIRECTION,
    edits: [['decay: d.decay === undefined ? undefined : b.mul(factor, d.decay),', 'decay: d.decay,']],
    killedBy: ['optimizer', 'AdamW decays apart from the gradient'],
  },
  {
    id: 'ascent',
    bug: 'the gradient is climbed',
    seen: 'a sign too many',
    file: DIRECTION,
    edits: [['b.sub(kept, change(d))', 'b.add(kept, change(d))']],
    killedBy: ['optimizer', 'sgd descends'],
  },
  {
    id: 'clip-by-value',
    bug: 'gradients are clipped element by element, which turns them',
    seen: 'clip_grad_value_ for clip_grad_norm_',
    file: STEPS,
    edits: [
      [
        'gradients.map((g) => b.mul(g, factor))',
        "gradients.map((g) => b.max(b.min(g, b.add(numberOf(step, 'clip'), b.mul(factor, 0))), -numberOf(step, 'clip')))",
      ],
    ],
    killedBy: ['optimizer', 'clipping keeps the direction'],
  },
  {
    id: 'clip-each-alone',
    bug: 'the norm is that of the first parameter',
    seen: 'clipping inside the loop over parameters',
    file: STEPS,
    edits: [
      [
        'b.sqrt(b.addAll(gradients.map((g) => b.sum(b.square(g)))))',
        'b.sqrt(b.addAll(gradients.slice(0, 1).map((g) => b.sum(b.square(g)))))',
      ],
    ],
    killedBy: ['optimizer', 'clipping keeps the direction'],
  },
  {
    id: 'momentum-dampened',
    bug: 'the velocity takes (1 − μ) of the gradient',
    seen: 'two conventions of momentum mixed',
    file: STEPS,
    edits: [
      [
        "b.add(b.mul(numberOf(step, 'momentum'), leaf), asOne(d))",
        "b.add(b.mul(numberOf(step, 'momentum'), leaf), b.mul(1 - numberOf(step, 'momentum'), asOne(d)))",
      ],
    ],
    killedBy: ['optimizer', 'momentum accumulates'],
  },
  {
    id: 'quotient-rule',
    bug: 'the derivative of a quotient in its divisor without the minus',
    seen: 'hand-written backward passes',
    file: VJP,
    edits: [['b.neg(b.div(b.mul(g, old), y))', 'b.div(b.mul(g, old), y)']],
    killedBy: ['autodiff', 'gradient = finite difference'],
  },
  {
    id: 'sigmoid-derivative',
    bug: 'y (1 + y) for y (1 − y)',
    seen: 'hand-written backward passes',
    file: VJP,
    edits: [['sigmoid: scaled((_, y) => b.mul(y, b.sub(1, y)))', 'sigmoid: scaled((_, y) => b.mul(y, b.add(1, y)))']],
    killedBy: ['autodiff', 'vjp is the transpose of jvp'],
  },
  {
    id: 'stop-gradient-passes',
    bug: 'stopGradient lets the gradient through',
    seen: 'detach() on a copy that is not used',
    file: VJP,
    edits: [['  stopGradient: zero,', '  stopGradient: (_, g) => [g],']],
    killedBy: ['autodiff', 'zero where written zero'],
  },
  {
    id: 'view-for-transpose',
    bug: 'a reshape where a transpose was meant',
    seen: '.view for .transpose',
    file: VMAP,
    edits: [
      [
        'const rows = old.arg.transposeA ? swapLast(a) : a',
        'const rows = old.arg.transposeA ? b.reshape(a, swapLast(a).shape) : a',
      ],
    ],
    killedBy: ['expr', 'vmap = looping, for products'],
  },
  {
    id: 'wrong-axis',
    bug: 'a transpose that only reshapes',
    seen: '.view where a transpose was meant',
    file: VMAP,
    edits: [
      [
        'b.transpose(withAxis(m, now(old, m)[0]), [0, ...shifted(old.arg.perm)])',
        'b.reshape(withAxis(m, now(old, m)[0]), [m.size, ...old.shape])',
      ],
    ],
    killedBy: ['expr', 'vmap = looping, for contractions and movement'],
  },
  {
    id: 'rows-become-columns',
    bug: 'a reshaped broadcast loses its rows where the extents coincide',
    seen: 'this library (spec/regress/001)',
    file: 'src/passes/simplifyMovement.ts',
    edits: [['endsWith(repeated.shape, from) && endsWith(shape, from)', 'endsWith(shape, from)']],
    killedBy: ['pass', 'keeps the meaning of training'],
  },
]
