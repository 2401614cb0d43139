import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { IconButton } from '@/ui/icon-button';
import { Input } from '@/ui/input';

interface Props extends ComponentProps<'input'> {
  /** As tall as the fields of the sign-in. */
  tall?: boolean;
}

/** A password that can be shown, pasted and filled by a password manager. */
export function PasswordInput({ tall, ...rest }: Props) {
  const [shown, setShown] = useState(false);
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
      <IconButton
        icon={shown ? EyeOff : Eye}
        label={shown ? 'Hide the password' : 'Show the password'}
        onClick={() => setShown(!shown)}
        className={tall ? 'absolute end-1 top-1' : 'absolute end-0.5 top-0.5'}
      />
    </span>
  );
}
