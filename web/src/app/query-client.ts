import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isProblem } from '@/lib/api';

/** The one cache. `onSignedOut` is told when the server no longer knows the session. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const watch = (error: unknown) => {
    if (isProblem(error) && error.status === 401 && !error.code.startsWith('session.')) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: {
        staleTime: 20_000,
        // What the server refused, it refuses again; what it never heard is worth another try.
        retry: (failures, error) =>
          failures < 2 && (!isProblem(error) || error.unreachable || error.status >= 500),
      },
    },
  });
}
