import { CircleAlert } from 'lucide-react';
import { explain, isProblem } from '@/lib/api';
import { count } from '@/lib/format';
import { Banner } from '@/ui/banner';
import { ssoAddress, ssoWords } from '../sso';

interface Props {
  error: unknown;
  /** Why an identity provider let nobody in: a code of the address. */
  refused?: string;
  /** Seconds until another try is heard; 0 when it is now. */
  wait: number;
  step: 'credentials' | 'code';
  next?: string;
}

/** Why the sign-in failed, without telling whether the account exists. */
export function SignInNotice({ error, refused, wait, step, next }: Props) {
  if (!error && !refused) return null;
  const provider = isProblem(error, 'session.sso_required') ? error.meta : undefined;
  return (
    <Banner
      tone="bad"
      icon={CircleAlert}
      role="alert"
      action={
        provider && (
          <a
            href={ssoAddress(String(provider.identity_provider), next)}
            className="font-medium underline underline-offset-2"
          >
            Continue with {String(provider.identity_provider_name)}
          </a>
        )
      }
    >
      {error ? message(error, wait, step) : ssoWords(refused ?? '')}
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
