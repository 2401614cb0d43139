import { useDeferredValue } from 'react';

/**
 * False in the first render and true in the next, which React does in small steps between whatever the person does:
 * for what is out of sight when a screen first stands.
 */
export function useLater(): boolean {
  return useDeferredValue(true, false);
}
