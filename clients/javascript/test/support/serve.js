// Serves the page for development: npm run serve -- PORT THREE_DIRECTORY [AGENTS [SCALE]]
import { DevServer } from './dev-server.js';

const [port, threeDirectory, agents = 350, scale = 1] = process.argv.slice(2);
if (threeDirectory === undefined) {
  console.log('usage: serve.js PORT THREE_DIRECTORY [AGENTS [SCALE]]; the directory holds build/ of three 0.181.1');
} else {
  const server = new DevServer({ threeDirectory, agents: Number(agents), scale: Number(scale) });
  console.log(await server.start(Number(port)));
}
