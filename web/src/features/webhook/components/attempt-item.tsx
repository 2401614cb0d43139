import type { WebhookAttempt } from '@/lib/api';
import { Badge } from '@/ui/badge';
import { RelativeTime } from '@/ui/relative-time';
import { outcome } from '../model';

/** One call to the address: what came of it, and on demand what was said on both sides. */
export function AttemptItem({ attempt }: { attempt: WebhookAttempt }) {
  const { number, started_at, finished, status, error, request, response } = attempt;
  const good = status !== undefined && status >= 200 && status < 300;
  const box =
    'scroll-thin max-h-60 overflow-auto whitespace-pre-wrap break-all rounded-md bg-sunken p-2 font-mono text-2xs';
  return (
    <li data-testid="attempt" className="flex flex-col gap-1 px-3 py-2 text-xs">
      <div className="flex flex-wrap items-center gap-2">
        <span className="tabular text-ink-3">{number}.</span>
        <Badge tone={good ? 'good' : finished ? 'bad' : 'info'}>
          {finished ? outcome(attempt) || 'No answer' : 'Under way, or cut off'}
        </Badge>
        <span className="ms-auto text-ink-3">
          <RelativeTime at={started_at} />
        </span>
      </div>
      {error && <p className="wrap-anywhere text-bad">{error}</p>}
      <details>
        <summary className="w-fit rounded-sm py-0.5 text-ink-3 hover:text-ink">What was said</summary>
        <div className="flex flex-col gap-1.5 pt-1">
          <p className="text-ink-3">Headers that were sent</p>
          <pre dir="ltr" className={box}>
            {request}
          </pre>
          <p className="text-ink-3">Beginning of the answer</p>
          <pre dir="ltr" className={box}>
            {response || 'empty'}
          </pre>
        </div>
      </details>
    </li>
  );
}
