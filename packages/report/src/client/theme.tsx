import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Choice } from './choice.tsx'

const THEMES = ['system', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]
const KEY = 'testrig-report-theme'

/** Lets the reader choose between light, dark and what the system says. */
export function ThemeSwitch(): VNode {
  const [theme, setTheme] = useState<Theme>(storedTheme)
  useEffect(() => {
    document.documentElement.dataset.theme = theme
    store(theme)
  }, [theme])
  return (
    <Choice
      legend="Colours"
      options={[
        ['system', 'Auto'],
        ['light', 'Light'],
        ['dark', 'Dark'],
      ]}
      value={theme}
      onChange={setTheme}
    />
  )
}

// A browser may keep storage from pages that it opened from a file.
function storedTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system'
  } catch {
    return 'system'
  }
}

function store(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {}
}
