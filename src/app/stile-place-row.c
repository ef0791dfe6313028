/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-place-row.h"

#include <glib/gi18n-lib.h>

#include "app/stile-dialogs.h"

/**
 * StilePlaceRow:
 *
 * Where a new key shall live: a file that is chosen, or a token that is named by its pkcs11: URL.  The text of the entry is
 * all there is to it.
 */
struct _StilePlaceRow
{
  AdwEntryRow parent_instance;

  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (StilePlaceRow, stile_place_row, ADW_TYPE_ENTRY_ROW)

static void
stile_place_row_dispose (GObject *object)
{
  g_cancellable_cancel (STILE_PLACE_ROW (object)->cancellable);

  G_OBJECT_CLASS (stile_place_row_parent_class)->dispose (object);
}

static void
stile_place_row_finalize (GObject *object)
{
  g_clear_object (&STILE_PLACE_ROW (object)->cancellable);

  G_OBJECT_CLASS (stile_place_row_parent_class)->finalize (object);
}

static void
file_chosen (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = stile_dialogs_save_finish (GTK_WIDGET (object), result, NULL);

  /* None was chosen, or the row is gone. */
  if (file != NULL && g_file_peek_path (file) != NULL)
    gtk_editable_set_text (GTK_EDITABLE (user_data), g_file_peek_path (file));
}

static void
choose_clicked (StilePlaceRow *self)
{
  stile_dialogs_save_async (GTK_WIDGET (self), _ ("Where the new key shall live"), "identity.key",
                            self->cancellable, file_chosen, self);
}

static void
stile_place_row_class_init (StilePlaceRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_place_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = stile_place_row_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-place-row.ui");
  gtk_widget_class_bind_template_callback (widget_class, choose_clicked);
}

static void
stile_place_row_init (StilePlaceRow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
