/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-undo.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-dialogs.h"

typedef struct
{
  GWeakRef from;
  char *key;
  StileUndoFunc undo;
} Offer;

static void
offer_free (gpointer data, GClosure *closure)
{
  Offer *offer = data;

  g_weak_ref_clear (&offer->from);
  g_free (offer->key);
  g_free (offer);
}

static void
undo_clicked (AdwToast *toast, gpointer user_data)
{
  Offer *offer = user_data;
  g_autoptr (GtkWidget) from = g_weak_ref_get (&offer->from);

  if (from != NULL)
    offer->undo (from, offer->key);
}

/**
 * stile_undo_offer:
 * @from: in whose window
 * @message: what was done, in a word or two
 * @key: for @undo
 *
 * Tells in a toast what was done, and lets a person take it back as long as the toast is there.
 */
void
stile_undo_offer (GtkWidget *from, const char *message, const char *key, StileUndoFunc undo)
{
  GtkWidget *toasts = gtk_widget_get_ancestor (from, ADW_TYPE_TOAST_OVERLAY);
  AdwToast *toast = stile_dialogs_make_toast (message);
  Offer *offer = g_new0 (Offer, 1);

  g_weak_ref_init (&offer->from, from);
  offer->key = g_strdup (key);
  offer->undo = undo;
  adw_toast_set_button_label (toast, _ ("Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_clicked), offer, offer_free,
                         G_CONNECT_DEFAULT);
  if (toasts != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (toasts), toast);
  else
    g_object_unref (toast);
}
