/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-notice.h"

/**
 * stile_notice_send:
 * @from: in whose window something has come to its end
 * @id: what it is about: a later one takes its place
 *
 * Tells whoever looks elsewhere meanwhile; nobody, when the window is the one that is looked at, or is gone.
 */
void
stile_notice_send (GtkWidget *from, const char *id, const char *title, const char *text)
{
  GtkRoot *root = gtk_widget_get_root (from);
  GApplication *application = g_application_get_default ();
  g_autoptr (GNotification) notification = g_notification_new (title);

  if (application == NULL || !GTK_IS_WINDOW (root) || gtk_window_is_active (GTK_WINDOW (root)))
    return;

  g_notification_set_body (notification, text);
  g_application_send_notification (application, id, notification);
}
