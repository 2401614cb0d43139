import { type Command, registeredCommands } from './commands';

const sequenceWindow = 900;

/** True on machines whose command key is ⌘. */
export const isMac = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.platform);

/** The words of a shortcut, one for each key cap: "mod+enter" → ["⌘", "↵"]. */
export function keyCaps(keys: string): string[] {
  const names: Record<string, string> = {
    mod: isMac ? '⌘' : 'Ctrl',
    shift: '⇧',
    enter: '↵',
    escape: 'Esc',
    space: 'Space',
    arrowup: '↑',
    arrowdown: '↓',
  };
  return keys.split(/[ +]/).map((key) => names[key] ?? key.toUpperCase());
}

/** Runs registered commands by their keys. Answers how to stop. */
export function listenForShortcuts(target: Document = document): () => void {
  let previous = '';
  let at = 0;
  const onKey = (event: KeyboardEvent) => {
    const pressed = describe(event);
    if (!pressed || event.defaultPrevented || event.isComposing) return;
    if (!pressed.includes('mod+') && (isTyping(event.target) || isCovered(target))) return;
    if (['enter', 'space'].includes(pressed) && isPressable(event.target)) return;
    const sequence = event.timeStamp - at < sequenceWindow && previous ? `${previous} ${pressed}` : '';
    const commands = registeredCommands();
    const command = find(commands, sequence) ?? find(commands, pressed);
    const opens = commands.some(({ keys }) => keys?.startsWith(`${pressed} `));
    previous = !command && opens ? pressed : '';
    at = event.timeStamp;
    if (!command) return;
    event.preventDefault();
    command.run();
  };
  target.addEventListener('keydown', onKey);
  return () => target.removeEventListener('keydown', onKey);
}

function find(commands: Command[], keys: string): Command | undefined {
  return keys === '' ? undefined : commands.find((command) => command.keys === keys);
}

function describe(event: KeyboardEvent): string {
  if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key) || event.altKey) return '';
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  const mod = isMac ? event.metaKey : event.ctrlKey;
  if (!mod && (event.metaKey || event.ctrlKey)) return '';
  // "?" already holds its shift; a letter does not.
  const shift = event.shiftKey && /^([a-z]|enter|tab|arrow.*)$/.test(key);
  return `${mod ? 'mod+' : ''}${shift ? 'shift+' : ''}${key}`;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type);
}

/** What these keys press by themselves: no list that stands beside it takes them away. */
function isPressable(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a[href], summary, input') !== null;
}

/** A dialog or an open menu owns the keyboard. */
function isCovered(doc: Document): boolean {
  return doc.querySelector('[role="dialog"][data-state="open"], [role="menu"][data-state="open"]') !== null;
}
