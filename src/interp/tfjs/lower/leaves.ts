import type { Rules } from './Rules.ts'

export const leaves: Rules<'const' | 'data' | 'param' | 'state' | 'noise' | 'scalar'> = {
  const: ({ arg, shape }, { source }) => source({ tag: 'constant', values: arg.values, shape }, shape),
  data: ({ arg, shape }, { source }) => source({ tag: 'data', name: arg.name, shape }, shape),
  param: ({ arg, shape }, { source }) => source({ tag: 'variable', name: arg.name, shape }, shape),
  state: ({ arg, shape }, { source }) => source({ tag: 'variable', name: arg.name, shape }, shape),
  noise: ({ arg, shape }, { source }) => source({ tag: 'noise', name: arg.name, law: arg.law, shape }, shape),
  scalar: (node, { source, onHost }) => source({ tag: 'host', index: onHost(node) ?? -1, shape: [] }, []),
}
