/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-before-card.h"

#include <glib/gi18n-lib.h>

#include "app/stile-speech.h"

/**
 * StileBeforeCard:
 *
 * How a connection ended at one time: refused or valid, who signed, and why.  Two of them stand side by side.
 */
struct _StileBeforeCard
{
  GtkWidget parent_instance;

  char *title;

  GtkWidget *content;
  GtkLabel *when;
  GtkImage *icon;
  GtkLabel *word;
  GtkLabel *issuer;
  GtkLabel *reason;
};

G_DEFINE_FINAL_TYPE (StileBeforeCard, stile_before_card, GTK_TYPE_WIDGET)

enum
{
  PROP_TITLE = 1,
};

static void
stile_before_card_dispose (GObject *object)
{
  g_clear_pointer (&STILE_BEFORE_CARD (object)->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_before_card_parent_class)->dispose (object);
}

static void
stile_before_card_finalize (GObject *object)
{
  g_free (STILE_BEFORE_CARD (object)->title);

  G_OBJECT_CLASS (stile_before_card_parent_class)->finalize (object);
}

static void
stile_before_card_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_string (value, STILE_BEFORE_CARD (object)->title);
}

static void
stile_before_card_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StileBeforeCard *self = STILE_BEFORE_CARD (object);

  g_free (self->title);
  self->title = g_value_dup_string (value);
  gtk_label_set_text (self->when, self->title);
}

static void
stile_before_card_class_init (StileBeforeCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = stile_before_card_dispose;
  object_class->finalize = stile_before_card_finalize;
  object_class->get_property = stile_before_card_get_property;
  object_class->set_property = stile_before_card_set_property;
  g_object_class_install_property (
      object_class, PROP_TITLE,
      g_param_spec_string ("title", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-before-card.ui");
  gtk_widget_class_bind_template_child (widget_class, StileBeforeCard, content);
  gtk_widget_class_bind_template_child (widget_class, StileBeforeCard, when);
  gtk_widget_class_bind_template_child (widget_class, StileBeforeCard, icon);
  gtk_widget_class_bind_template_child (widget_class, StileBeforeCard, word);
  gtk_widget_class_bind_template_child (widget_class, StileBeforeCard, issuer);
  gtk_widget_class_bind_template_child (widget_class, StileBeforeCard, reason);
}

static void
stile_before_card_init (StileBeforeCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * stile_before_card_show:
 * @word: says @valid in a word
 * @issuer: (nullable): who signed the certificate
 * @reason: (nullable): why it was so
 */
void
stile_before_card_show (
    StileBeforeCard *self, gboolean valid, const char *word, const char *issuer, const char *reason)
{
  g_autofree char *signer = issuer != NULL ? g_strdup_printf (_ ("Signed by “%s”"), issuer) : g_strdup ("");
  g_autofree char *spoken =
      g_strdup_printf ("%s: %s. %s. %s", self->title, word, signer, reason != NULL ? reason : "");

  gtk_image_set_from_icon_name (self->icon, valid ? "stile-trusted-symbolic" : "stile-untrusted-symbolic");
  gtk_widget_remove_css_class (GTK_WIDGET (self), valid ? "untrusted" : "trusted");
  gtk_widget_add_css_class (GTK_WIDGET (self), valid ? "trusted" : "untrusted");
  gtk_label_set_text (self->word, word);
  gtk_label_set_text (self->issuer, signer);
  gtk_label_set_text (self->reason, reason != NULL ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (self->issuer), issuer != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->reason), reason != NULL);
  stile_speech_set_name (GTK_WIDGET (self), spoken);
}
