import { test } from 'node:test';

/** Tests that stand on each other: after one that failed, the others only say that they could not begin. */
export function journey() {
  let broken = false;
  return (name, step) =>
    test(name, async (t) => {
      if (broken) return t.skip('an earlier step failed');
      broken = true;
      await step(t);
      broken = false;
    });
}
