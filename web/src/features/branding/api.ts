import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, type Brand, isProblem, ok } from '@/lib/api';
import { boot } from '@/lib/boot';

/** The brand of this host; null where the host belongs to nobody. */
export const brandQuery = queryOptions({
  queryKey: ['brand'],
  queryFn: async (): Promise<Brand | null> => {
    try {
      return await ok(api.GET('/api/v1/brand'));
    } catch (error) {
      if (isProblem(error) && error.status === 404) return null;
      throw error;
    }
  },
  initialData: boot.brand,
  staleTime: Number.POSITIVE_INFINITY,
});

export function useBrand(): Brand | null {
  return useSuspenseQuery(brandQuery).data;
}
