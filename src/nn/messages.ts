/** What can be wrong with the names of layers. Shapes have their own texts in shape/messages.ts. */
export const layerTwice = (path: string, layer: string): string =>
  `'${path}': ${layer} is applied twice to the same input, which would be one layer; tell them apart with named('mean', ${layer}), or tie them with share('w', ${layer})`

export const nameTwice = (path: string, name: string): string =>
  `'${path}': the name '${name}' is used twice; give each layer a name of its own, or tie them with share('${name}', …)`
