import type { PluginNames } from "./names.js";

export function readmeFile(names: PluginNames): string {
  return `# ${names.packageName}

The ${names.id} format for [graticule](https://www.npmjs.com/package/graticule), begun by \`graticule plugins scaffold\`. As it stands it
reads a small example format, described in \`src/header.ts\`; replace that by yours.

\`\`\`sh
npm install
npm test                         # builds, then runs the tests with Node's own runner
npm run sample                   # writes sample${names.extension}
graticule plugins link .         # graticule now reads it
graticule inspect sample${names.extension} --stats
\`\`\`

- \`package.json\`: the \`graticule\` key is the manifest. Graticule looks at its magic numbers without loading any code.
- \`devDependencies\` names the graticule that wrote this package by its path: it gives types, and is not needed by those who
  install the plugin. Where graticule is published, put its version there.
- \`src/index.ts\`: the plugin. \`open\` reads headers; each variable's \`locate\` says where the bytes of a box lie. Graticule reads,
  decodes and converts them.
- A plugin imports *types* from \`graticule/plugin\` and nothing else; what it needs at run time arrives in the context.
- Errors are plain \`Error\`s with a \`tag\` (\`src/error.ts\`): the tag decides the exit code.
- Check every size that a header declares against \`source.size\` before allocating for it.

When it reads your files: \`npm publish\`, and others run \`graticule plugins install ${names.packageName}\`.
`;
}
