import { CloudOff, Lock, SearchX } from 'lucide-react';
import { explain, isProblem } from '@/lib/api';
import { Button } from './button';
import { EmptyState } from './empty-state';

/** In the place of what could not be loaded: says why, and offers another try where one can help. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  if (isProblem(error) && error.status === 403)
    return (
      <EmptyState icon={Lock} title="This is not open to you">
        Your role does not include it. Whoever invited you can change that.
      </EmptyState>
    );
  if (isProblem(error) && error.status === 404)
    return (
      <EmptyState icon={SearchX} title="Not found">
        It was deleted, or the link is wrong.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={CloudOff}
      title={isProblem(error) && error.unreachable ? 'No connection' : 'This could not be loaded'}
      action={retry && <Button onClick={retry}>Try again</Button>}
    >
      <span role="alert">{explain(error)}</span>
    </EmptyState>
  );
}
