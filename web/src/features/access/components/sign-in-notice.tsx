import { CircleAlert } from 'lucide-react';
import { explain, isProblem } from '@/lib/api';
import { count } from '@/lib/format';
import { Banner } from '@/ui/banner';

interface Props {
  error: unknown;
  /** Seconds until another try is heard; 0 when it is now. */
  wait: number;
  step: 'credentials' | 'code';
}

/** Why the sign-in failed, without telling whether the account exists. */
export function SignInNotice({ error, wait, step }: Props) {
  if (!error) return null;
  return (
    <Banner tone="bad" icon={CircleAlert} role="alert">
      {message(error, wait, step)}
    </Banner>
  );
}

function message(error: unknown, wait: number, step: Props['step']): string {
  if (!isProblem(error)) return explain(error);
  if (error.status === 429)
    return wait > 0
      ? `Too many tries. The next one is heard in ${count(wait, 'second', 'seconds')}.`
      : 'Too many tries a moment ago. You can try again now.';
  if (error.status === 401)
    return step === 'code'
      ? 'That code is not right, or it was used already. Wait for the next one.'
      : 'This e-mail and password don’t match. Check both and try again.';
  if (error.unreachable) return 'No connection to the server. Check your network and try again.';
  return error.message;
}
