import { BellOff, Keyboard, SendHorizontal, UserRoundCheck } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useEffect } from 'react';
import { cx } from '@/lib/cx';
import { isMac } from '@/lib/keyboard';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { control } from '@/ui/control';
import { IconButton } from '@/ui/icon-button';
import { Menu } from '@/ui/menu';
import { useDraft } from '../drafts';
import { useSendKey } from '../send-key';
import { SegmentCounter } from './segment-counter';

interface Props {
  contactId: string;
  name: string;
  optedOut: boolean;
  /** A teammate who answered after the given time. */
  answeredSince: (since: string | null) => string | null;
  onSend: (text: string) => void;
  inputRef: RefObject<HTMLTextAreaElement | null>;
  autoFocus?: boolean;
}

export function Composer({ contactId, name, optedOut, answeredSince, onSend, inputRef, autoFocus }: Props) {
  const [draft, write] = useDraft(contactId);
  const [sendKey, setSendKey] = useSendKey();
  const teammate = answeredSince(draft.since);
  const empty = draft.text.trim() === '';
  useEffect(() => {
    if (autoFocus) inputRef.current?.focus();
  }, [autoFocus, inputRef]);

  const submit = () => {
    if (empty) return;
    onSend(draft.text.trim());
    write('');
    inputRef.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') inputRef.current?.blur();
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || event.shiftKey) return;
    if (sendKey === 'mod+enter' && !event.metaKey && !event.ctrlKey) return;
    event.preventDefault();
    submit();
  };
  const mod = isMac ? '⌘' : 'Ctrl';
  return (
    <form
      className="shrink-0 border-line border-t px-3 py-2.5"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="mx-auto flex max-w-3xl flex-col gap-2">
        {optedOut && (
          <Banner tone="warn" icon={BellOff}>
            {name} has opted out of texts. What you send is held back until they text START.
          </Banner>
        )}
        {teammate && (
          <Banner tone="info" icon={UserRoundCheck} role="status">
            {teammate} answered while you were writing. Read it before you send.
          </Banner>
        )}
        <textarea
          ref={inputRef}
          value={draft.text}
          onChange={({ target }) => write(target.value)}
          onKeyDown={onKeyDown}
          aria-label={`Text to ${name}`}
          placeholder={`Text ${name}`}
          rows={2}
          maxLength={1600}
          dir="auto"
          className={cx(
            control,
            'scroll-thin field-sizing-content max-h-48 min-h-14 resize-none py-2 text-base',
          )}
        />
        <div className="flex items-center gap-2">
          <Menu
            align="start"
            side="top"
            header="Send with"
            trigger={<IconButton icon={Keyboard} label="Which key sends" />}
            groups={[
              [
                { label: 'Enter', checked: sendKey === 'enter', onSelect: () => setSendKey('enter') },
                {
                  label: `${mod} Enter`,
                  checked: sendKey === 'mod+enter',
                  onSelect: () => setSendKey('mod+enter'),
                },
              ],
            ]}
          />
          <SegmentCounter text={draft.text} />
          <Button type="submit" look="primary" icon={SendHorizontal} disabled={empty} className="ms-auto">
            Send
          </Button>
        </div>
      </div>
    </form>
  );
}
