import type { Brand } from '@/lib/api';
import { cx } from '@/lib/cx';
import { initials } from '@/lib/format';

const sizes = { sm: 'size-6 text-2xs rounded-md', lg: 'size-10 text-base rounded-lg' };

/** The reseller's logo, or a monogram in the brand's colour. */
export function BrandMark({ brand, size = 'sm' }: { brand: Brand | null; size?: keyof typeof sizes }) {
  if (brand?.logo_url)
    return <img src={brand.logo_url} alt="" className={cx(sizes[size], 'shrink-0 object-contain')} />;
  return (
    <span
      aria-hidden
      className={cx(
        sizes[size],
        'inline-flex shrink-0 select-none items-center justify-center bg-brand font-semibold text-on-brand',
      )}
    >
      {initials(brand?.display_name ?? '').slice(0, 1) || '·'}
    </span>
  );
}
