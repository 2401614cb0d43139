import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { cx } from '@/lib/cx';
import { Input } from '@/ui/input';

interface Props extends ComponentProps<'input'> {
  /** As tall as the fields of the sign-in. */
  tall?: boolean;
}

/** A password that can be shown, pasted and filled by a password manager. */
export function PasswordInput({ tall, ...rest }: Props) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  const label = shown ? 'Hide the password' : 'Show the password';
  return (
    <span className="relative block">
      <Input
        {...rest}
        type={shown ? 'text' : 'password'}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        className={tall ? 'h-9 pe-9' : 'pe-9'}
      />
      {/* Not IconButton: a sign-in page should not wait for the code that places tooltips. */}
      <button
        type="button"
        aria-label={label}
        title={label}
        onClick={() => setShown(!shown)}
        className={cx(
          'absolute inline-flex size-7 items-center justify-center rounded-md text-ink-2 hover:bg-hover hover:text-ink',
          tall ? 'end-1 top-1' : 'end-0.5 top-0.5',
        )}
      >
        <Icon aria-hidden size={16} strokeWidth={1.75} />
      </button>
    </span>
  );
}
