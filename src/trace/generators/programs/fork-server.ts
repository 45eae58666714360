/**
 * A server that forks for each request, as CGI servers and inetd do: the parent accepts and forks; the child reads and writes some of the
 * memory that it shares with the parent copy-on-write, or executes a program of its own, waits for its peer while others are served, and exits.
 */
import { MAP_FLAG } from '../../event.js';
import { flag, pages } from '../parameters.js';
import { CALL, CODE, exitTo, fork, MEMORY, READ_WRITE, startProgram, switchTo, takeMemory } from '../program.js';
import { programGenerator } from '../program-generator.js';

const PARENT = 0;

export const forkServer = programGenerator({
  description: 'a server that forks a child for each request; an operation is a request',
  parameters: {
    pages: pages('pages of private memory of the server', 256),
    read: { meaning: 'pages that a child reads, at random', default: 32, least: 0, most: 2 ** 18 },
    written: { meaning: 'pages that a child writes, at random', default: 16, least: 0, most: 2 ** 18 },
    children: { meaning: 'children that live at the same time', default: 4, least: 1, most: 1024 },
    exec: flag('a child executes a program, and reads and writes its memory'),
  },
  begin(script, values, random) {
    const touch = (kind: 'read' | 'write', times: number): void => {
      for (let i = 0; i < times; i++) script.data(kind, MEMORY + random.below(values.pages));
    };
    startProgram(script);
    takeMemory(script, values.pages);

    function start(child: number): void {
      switchTo(script, child);
      if (values.exec === 1) {
        script.event('systemCall', CALL.execve);
        script.event('exec');
        startProgram(script);
        script.event('mmap', MEMORY, values.pages, READ_WRITE, MAP_FLAG.anonymous);
      }
      script.reference('fetch', CODE);
      script.event('systemCall', CALL.read);
      touch('read', values.read);
      touch('write', values.written);
      script.event('systemCall', CALL.write);
    }

    function finish(child: number): void {
      switchTo(script, child);
      script.reference('fetch', CODE);
      exitTo(script, child, PARENT);
      script.event('systemCall', CALL.wait4);
    }

    return (request) => {
      const child = 1 + (request % values.children);
      if (request >= values.children) finish(child);
      script.reference('fetch', CODE);
      script.event('systemCall', CALL.accept);
      touch('write', 1); // what it knows of its connections
      fork(script, child);
      start(child);
      switchTo(script, PARENT);
    };
  },
});
