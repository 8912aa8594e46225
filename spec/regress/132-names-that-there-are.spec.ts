import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { csv, load, namesLike, openTarget, train, withSetting } from 'elbo-ts'
import { fieldsInstead } from '../../src/train/agreement.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { newFolder } from '../temporary.ts'
import { dataOf, tiny } from '../unit/train/tiny.ts'
import { messageOf } from '../unit/either.ts'

// `weights` with a name that the model does not have: "has no parameter …", and nothing of those that it has.
const value = (shape: readonly number[]) => ({ shape, data: new Float32Array(shape.reduce((n, d) => n * d, 1)) })
const withWeights = async (name: string, shape: readonly number[]): Promise<string> =>
  messageOf(
    await train(tiny, {
      session: openReference(),
      dataset: await dataOf(tiny),
      weights: new Map([[name, value(shape)]]),
    })(),
  )

test('parameters, the nearest first; another shape is another message', async () => {
  expect(await withWeights('model/x/dense_0/kernal', [2, 5])).toMatch(
    /^weights: the model has no parameter 'model\/x\/dense_0\/kernal'; it has model\/x\/dense_0\/kernel, model\/x\/dense_1\/kernel, /,
  )
  expect(await withWeights('model/x/dense_0/kernel', [5, 2])).toBe(
    "weights: parameter 'model/x/dense_0/kernel' has shape [2, 5], but is given [5, 2]",
  )
})

describe('so do all messages about a name that there is not', () => {
  test('columns, targets, fields, settings', async () => {
    const file = join(newFolder(), 't.csv')
    writeFileSync(file, 'height,width,weight\n1,2,3\n4,5,6\n')
    expect([
      messageOf(await load(csv({ file, columns: ['wieght'] }))()),
      messageOf(await openTarget('wsam' as never)()),
      messageOf(withSetting(tiny, 'optimizer.lernRate', 1)),
      fieldsInstead(
        { z: { shape: [1], support: 'real' }, y: { shape: [1], support: 'real' } },
        { y1: { shape: [1], support: 'real' } },
      ),
    ]).toEqual([
      expect.stringContaining("there is no column 'wieght'; the columns are weight, height, width"),
      "there is no target 'wsam'; there are wasm, graph, tensorflow, cpu, reference",
      expect.stringContaining("no number 'optimizer.lernRate' to sweep; it has optimizer.learningRate, "),
      ['the data have y, z'],
    ])
  })

  test('case does not count, swaps count once, and of many the nearest twelve are named', () => {
    expect(namesLike('SAMPLES', ['alpha', 'samples'])).toBe('samples, alpha')
    expect(namesLike('decay', ['beta1', 'weightDecay'])).toBe('weightDecay, beta1')
    expect(namesLike('c', ['a', 'b'])).toBe('a, b')
    expect(namesLike('0', ['2', '4', '10'])).toBe('2, 4, 10')
    const many = Array.from({ length: 40 }, (_, i) => `layer_${i}`)
    expect(namesLike('layer_7', many)).toMatch(
      /^layer_7, layer_17, layer_27, layer_37, (layer_\d, ){7}layer_8 and 28 others$/,
    )
  })
})
