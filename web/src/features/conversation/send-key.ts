import { remembered } from '@/lib/storage';
import { createStore, useStore } from '@/lib/store';

/** Which key sends: Enter alone, or only together with ⌘ or Ctrl, which always does. */
export type SendKey = 'enter' | 'mod+enter';

const saved = remembered('send-key');
const choice = createStore<SendKey>(saved.get() === 'mod+enter' ? 'mod+enter' : 'enter');

export function useSendKey(): [SendKey, (key: SendKey) => void] {
  return [
    useStore(choice),
    (key) => {
      saved.set(key);
      choice.set(key);
    },
  ];
}
