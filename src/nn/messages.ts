import { advice } from '../call/advice.ts'

/** What can be wrong with the names of layers. Shapes have their own texts in shape/messages.ts. */
export const layerTwice = (path: string, layer: string, takesInput: boolean): string =>
  takesInput
    ? `'${path}': ${layer} is applied twice to the same input, which would be one layer; tell them apart with ${advice.named(layer)}, or tie them with ${advice.share(layer)}`
    : `'${path}': ${layer} is written twice, which would be one; tell them apart with ${advice.namedParameter(layer)}, or tie them with ${advice.sharedParameter(layer)}`

export const nameTwice = (path: string, name: string): string =>
  `'${path}': the name '${name}' is used twice; give each layer a name of its own, or tie them with ${advice.shareNamed(name)}`
