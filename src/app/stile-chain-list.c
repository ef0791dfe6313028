/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-chain-list.h"

#include <glib/gi18n-lib.h>

#include "app/stile-certificate-row.h"

/* More open rows than this hide one another. */
#define MAX_OPEN 2

/**
 * StileChainList:
 *
 * Certificates, each in a row that opens.  Empty, it is not there.
 */
struct _StileChainList
{
  GtkWidget parent_instance;

  GtkWidget *list;
  GPtrArray *shown; /* of StileCertificate, or NULL */
  StileCertificate *inspecting;
  gboolean open; /* rows show all of a certificate to begin with */
};

G_DEFINE_FINAL_TYPE (StileChainList, stile_chain_list, GTK_TYPE_WIDGET)

static void
stile_chain_list_dispose (GObject *object)
{
  StileChainList *self = STILE_CHAIN_LIST (object);

  g_clear_pointer (&self->list, gtk_widget_unparent);
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  g_clear_object (&self->inspecting);

  G_OBJECT_CLASS (stile_chain_list_parent_class)->dispose (object);
}

static void
stile_chain_list_class_init (StileChainListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_chain_list_dispose;

  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
stile_chain_list_init (StileChainList *self)
{
  /* Once and for all: GTK 4.8 does not always forget how a widget was measured that had no child yet. */
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "chain-list");
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
fill (StileChainList *self)
{
  for (guint i = 0; i < self->shown->len; i++)
    {
      StileCertificate *certificate = g_ptr_array_index (self->shown, i);
      GtkWidget *row = stile_certificate_row_new (certificate);

      if (self->inspecting != NULL && stile_certificate_equal (certificate, self->inspecting))
        stile_certificate_row_set_mark (STILE_CERTIFICATE_ROW (row), _ ("Signs for the middlebox"));
      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), self->open && self->shown->len <= MAX_OPEN);
      gtk_list_box_append (GTK_LIST_BOX (self->list), row);
    }
}

static void
empty (StileChainList *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
}

/**
 * stile_chain_list_set_open:
 * @open: whether rows show all of a certificate to begin with, when there are few
 */
void
stile_chain_list_set_open (StileChainList *self, gboolean open)
{
  self->open = open;
}

/**
 * stile_chain_list_show:
 * @certificates: (nullable) (element-type StileCertificate): what to show; rows that a person has opened stay open
 *   while it is the same
 * @inspecting: (nullable): the one to mark as the middlebox's
 */
void
stile_chain_list_show (StileChainList *self, GPtrArray *certificates, StileCertificate *inspecting)
{
  if (self->shown == certificates && self->inspecting == inspecting)
    return;

  empty (self);
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  g_set_object (&self->inspecting, inspecting);
  gtk_widget_set_visible (GTK_WIDGET (self), certificates != NULL && certificates->len > 0);
  if (certificates == NULL)
    return;

  self->shown = g_ptr_array_ref (certificates);
  fill (self);
}
