/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-device-icon.h"

static const struct
{
  const char *icon;
  const char *style;
} looks[] = {
  [STILE_DEVICE_NEW] = { "stile-state-new-symbolic", "dim-label" },
  [STILE_DEVICE_QUEUED] = { "stile-state-waiting-symbolic", "dim-label" },
  [STILE_DEVICE_RUNNING] = { "stile-state-running-symbolic", "accent" },
  [STILE_DEVICE_WAITING] = { "stile-state-asking-symbolic", "warning" },
  [STILE_DEVICE_STOPPED] = { "stile-state-stopped-symbolic", "dim-label" },
  [STILE_DEVICE_FAILED] = { "stile-state-changed-symbolic", "error" },
  [STILE_DEVICE_REFUSED] = { "stile-state-refused-symbolic", "error" },
  [STILE_DEVICE_DONE] = { "stile-state-passed-symbolic", "success" },
};

/**
 * stile_device_icon_get_name:
 *
 * Returns: (transfer none): the icon's
 */
const char *
stile_device_icon_get_name (StileDeviceState state)
{
  return looks[state].icon;
}

/**
 * stile_device_icon_show:
 *
 * Makes @image the one of @state.
 */
void
stile_device_icon_show (GtkImage *image, StileDeviceState state)
{
  gtk_image_set_from_icon_name (image, looks[state].icon);
  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (image), looks[i].style);
  gtk_widget_add_css_class (GTK_WIDGET (image), looks[state].style);
}
