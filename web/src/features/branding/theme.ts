import type { Brand } from '@/lib/api';
import { boot } from '@/lib/boot';

type Palette = Record<string, string | undefined> | null | undefined;

/** The brand's tokens as CSS, for both themes. Names and values come from our own server, and are still checked. */
export function brandCss(colors: { light?: Palette; dark?: Palette } | undefined): string {
  const light = declarations(colors?.light);
  const dark = declarations(colors?.dark);
  return `${light && `:root{${light}}`}${dark && `:root[data-theme=dark]{${dark}}`}`;
}

/** Applies the tokens where the server has not templated them into the page (development). */
export function applyBrand(brand: Brand | null): void {
  if (!brand) return;
  document.title = brand.display_name;
  const css = brandCss(brand.colors);
  if (!css || boot.brand || document.getElementById('brand-tokens')) return;
  const style = document.createElement('style');
  style.id = 'brand-tokens';
  style.textContent = css;
  document.head.append(style);
}

function declarations(palette: Palette): string {
  return Object.entries(palette ?? {})
    .filter(
      ([name, value]) => /^brand-[a-z0-9-]+$/.test(name) && value && /^[#a-z0-9(). %,/+-]+$/i.test(value),
    )
    .map(([name, value]) => `--${name}:${value};`)
    .join('');
}
