/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-path-view.h"

#include <glib/gi18n-lib.h>

#include "app/stile-line.h"
#include "app/stile-path-layout.h"
#include "app/stile-path-lines.h"

/* This computer, one in between, the service. */
#define MAX_BOXES 3

/**
 * StilePathView:
 *
 * The connection as a picture: who takes part, which layers end where, and the session through all of them.  Boxes and
 * words are widgets; only the lines are drawn, and each box says in words what the lines show.
 */
struct _StilePathView
{
  GtkWidget parent_instance;

  GtkWidget *boxes[MAX_BOXES];
  guint n_boxes;
  GtkWidget *hops[MAX_BOXES - 1]; /* each a column of words, a line for each layer */
  StileLineStyle hop_styles[MAX_BOXES - 1];
  GtkWidget *label; /* of the session from end to end */
  StileLineStyle session_style;
};

G_DEFINE_FINAL_TYPE (StilePathView, stile_path_view, GTK_TYPE_WIDGET)

static void
remove_children (StilePathView *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  self->n_boxes = 0;
  self->label = NULL;
}

static void
stile_path_view_dispose (GObject *object)
{
  remove_children (STILE_PATH_VIEW (object));

  G_OBJECT_CLASS (stile_path_view_parent_class)->dispose (object);
}

/* --- the lines --- */

static void
draw_session (StilePathView *self, GtkSnapshot *snapshot)
{
  GtkWidget *first = self->boxes[0], *last = self->boxes[self->n_boxes - 1];
  cairo_t *cr = stile_line_begin (GTK_WIDGET (self), snapshot, self->label);

  if (stile_path_view_is_vertical (self))
    stile_path_lines_draw_beside (cr, self->session_style, first, last);
  else
    stile_path_lines_draw_under (cr, self->session_style, first, last, self->label);
  cairo_destroy (cr);
}

static void
stile_path_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StilePathView *self = STILE_PATH_VIEW (widget);
  cairo_t *cr = stile_line_begin (widget, snapshot, widget);

  for (guint i = 0; i + 1 < self->n_boxes; i++)
    if (stile_path_view_is_vertical (self))
      stile_path_lines_draw_between (cr, self->hop_styles[i], self->boxes[i], self->boxes[i + 1]);
    else
      stile_path_lines_draw_layers (cr, self->hop_styles[i], self->boxes[i], self->boxes[i + 1],
                                    self->hops[i]);
  cairo_destroy (cr);
  if (self->label != NULL && gtk_widget_get_visible (self->label))
    draw_session (self, snapshot);

  GTK_WIDGET_CLASS (stile_path_view_parent_class)->snapshot (widget, snapshot);
}

/* --- the object --- */

static void
stile_path_view_class_init (StilePathViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_path_view_dispose;
  widget_class->snapshot = stile_path_view_snapshot;

  gtk_widget_class_set_layout_manager_type (widget_class, STILE_TYPE_PATH_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "path");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
stile_path_view_init (StilePathView *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("The path to the service"), -1);
}

GtkWidget *
stile_path_view_new (void)
{
  return g_object_new (STILE_TYPE_PATH_VIEW, NULL);
}

/* --- what it shows --- */

static void
add_layer (GtkWidget *hop, const char *word)
{
  GtkWidget *label;

  if (word == NULL)
    return;

  label = gtk_label_new (word);
  gtk_widget_set_halign (label, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (hop), label);
}

/* The layers that the observation knows of; from the inside to the outside. */
static void
add_hop (StilePathView *self, StileObservation *seen, StileLineStyle style)
{
  GtkWidget *hop = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  guint index = self->n_boxes - 1;
  g_autofree char *http = NULL;

  if (seen != NULL)
    {
      const char *version = stile_observation_get_http_version (seen);

      http = version != NULL
                 ? g_strdup_printf ("HTTP/%s", g_str_has_prefix (version, "HTTP/") ? version + 5 : version)
                 : g_strdup ("HTTP");
      add_layer (hop, http);
      add_layer (hop, stile_observation_get_tls_version (seen));
      add_layer (hop, "TCP");
    }
  else
    add_layer (hop, _ ("not known"));

  gtk_widget_set_parent (hop, GTK_WIDGET (self));
  self->hops[index] = hop;
  self->hop_styles[index] = style;
}

static StilePathBox *
add_box (StilePathView *self, const char *icon_name, const char *name, const char *what)
{
  GtkWidget *box = stile_path_box_new (icon_name, name, what);

  gtk_widget_set_parent (box, GTK_WIDGET (self));
  self->boxes[self->n_boxes++] = box;

  return STILE_PATH_BOX (box);
}

static StileCertificate *
get_leaf (StileObservation *observation)
{
  GPtrArray *chain = observation != NULL ? stile_observation_get_chain (observation) : NULL;

  return chain != NULL && chain->len > 0 ? g_ptr_array_index (chain, 0) : NULL;
}

/* Returns what is said of it behind its place. */
static char *
add_computer (StilePathView *self, const StilePath *path)
{
  StilePathBox *box = add_box (self, "stile-computer-symbolic", _ ("This computer"), _ ("Where Stile runs"));

  stile_path_box_add_detail (box, _ ("Name"), g_get_host_name ());
  return g_strdup (_ ("this computer"));
}

static void
add_middlebox_details (StilePathBox *box, StileObservation *seen)
{
  StileCertificate *leaf = get_leaf (seen);
  g_autofree char *errors = stile_observation_describe_errors (seen);

  stile_path_box_add_detail (box, _ ("Signs as"), leaf != NULL ? stile_certificate_get_issuer (leaf) : NULL);
  stile_path_box_add_detail (box, _ ("Says it is"),
                             leaf != NULL ? stile_certificate_get_subject (leaf) : NULL);
  stile_path_box_add_detail (box, _ ("Why its certificate does not hold"), errors);
  stile_path_box_add_detail (box, _ ("Proxy"), stile_observation_get_proxy (seen));
  stile_path_box_add_detail (box, _ ("Address"), stile_observation_get_peer (seen));
  stile_path_box_add_detail (box, _ ("Cipher"), stile_observation_get_cipher (seen));
}

/* Until the service has told which certificate it shows, somebody in between is a guess: dashed, and said so. */
static char *
add_middlebox (StilePathView *self, const StilePath *path)
{
  gboolean proven = path->told != NULL;
  StileCertificate *leaf = get_leaf (path->seen);
  const char *issuer = leaf != NULL ? stile_certificate_get_issuer_name (leaf) : _ ("somebody unknown");
  gboolean trusted = stile_observation_get_errors (path->seen) == 0;
  g_autofree char *what = g_strdup_printf (_ ("Signs as “%s”"), issuer);
  StilePathBox *box =
      add_box (self, "stile-middlebox-symbolic", proven ? _ ("Middlebox") : _ ("Perhaps a middlebox"), what);

  stile_path_box_set_trust (box, trusted ? STILE_PATH_TRUST_GOOD : STILE_PATH_TRUST_BAD,
                            trusted ? _ ("Trusted") : _ ("Untrusted"));
  add_middlebox_details (box, path->seen);
  if (!proven)
    gtk_widget_add_css_class (GTK_WIDGET (box), "likely");

  if (!proven)
    return g_strdup_printf (_ ("perhaps a middlebox, untrusted, signs as %s"), issuer);
  return g_strdup_printf (
      trusted ? _ ("middlebox, trusted, signs as %s") : _ ("middlebox, untrusted, signs as %s"), issuer);
}

static char *
add_proxy (StilePathView *self, const StilePath *path)
{
  StilePathBox *box = add_box (self, "stile-proxy-symbolic", _ ("Proxy"), _ ("Passes the connection on"));

  stile_path_box_add_detail (box, _ ("Proxy"), stile_observation_get_proxy (path->seen));
  return g_strdup (_ ("proxy, passes the connection on as it is"));
}

static void
add_service_details (StilePathBox *box, const StilePath *path)
{
  if (path->seen != NULL)
    stile_path_box_add_detail (box, _ ("Address"), stile_observation_get_url (path->seen));
  if (path->told == NULL)
    return;

  stile_path_box_add_detail (box, _ ("Sees a connection from"), stile_observation_get_peer (path->told));
  stile_path_box_add_detail (
      box, _ ("Its own certificate is from"),
      get_leaf (path->told) != NULL ? stile_certificate_get_issuer_name (get_leaf (path->told)) : NULL);
}

static char *
add_service (StilePathView *self, const StilePath *path)
{
  StilePathBox *box = add_box (self, "stile-service-symbolic", path->host, _ ("Service"));
  gboolean vouched = path->seen != NULL && !path->intercepted &&
                     stile_observation_get_tls_version (path->seen) != NULL &&
                     stile_observation_get_errors (path->seen) == 0;
  gboolean verified = path->session == STILE_PATH_SESSION_ESTABLISHED || vouched;

  stile_path_box_set_trust (box, verified ? STILE_PATH_TRUST_GOOD : STILE_PATH_TRUST_OPEN,
                            verified ? _ ("Verified") : _ ("Not verified yet"));
  add_service_details (box, path);

  return g_strdup_printf (verified ? _ ("%s, service, verified") : _ ("%s, service, not verified yet"),
                          path->host);
}

static void
add_session (StilePathView *self, StilePathSession session)
{
  self->session_style = session == STILE_PATH_SESSION_ESTABLISHED ? STILE_LINE_SOLID : STILE_LINE_DASHED;
  self->label = gtk_label_new (session == STILE_PATH_SESSION_ESTABLISHED
                                   ? _ ("Secure session from end to end (ATLS)")
                                   : _ ("Next: a secure session from end to end (ATLS)"));
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_widget_add_css_class (self->label, "caption-heading");
  gtk_widget_add_css_class (self->label, "session");
  gtk_widget_set_visible (self->label, session != STILE_PATH_SESSION_NONE);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}

static void
speak (StilePathView *self, guint index, const char *what)
{
  static const char *const two[] = { N_ ("First of two: %s"), N_ ("Second of two: %s") };
  static const char *const three[] = { N_ ("First of three: %s"), N_ ("Second of three: %s"),
                                       N_ ("Third of three: %s") };
  const char *format = self->n_boxes == G_N_ELEMENTS (two) ? two[index] : three[index];
  g_autoptr (GString) text = g_string_new (_ (format));

  g_string_replace (text, "%s", what, 1);
  stile_path_box_set_spoken (STILE_PATH_BOX (self->boxes[index]), text->str);
}

/**
 * stile_path_view_show:
 * @path: read now, not kept
 */
void
stile_path_view_show (StilePathView *self, const StilePath *path)
{
  char *spoken[MAX_BOXES] = { NULL };
  gboolean between =
      path->seen != NULL && (path->intercepted || stile_observation_get_proxy (path->seen) != NULL);

  remove_children (self);
  spoken[0] = add_computer (self, path);
  add_hop (self, path->seen, path->seen != NULL ? STILE_LINE_SOLID : STILE_LINE_DOTTED);
  if (between)
    {
      spoken[1] = path->intercepted ? add_middlebox (self, path) : add_proxy (self, path);
      add_hop (self, path->intercepted ? path->told : path->seen,
               path->intercepted && path->told == NULL ? STILE_LINE_DOTTED : STILE_LINE_SOLID);
    }
  spoken[between ? 2 : 1] = add_service (self, path);
  add_session (self, path->session);

  for (guint i = 0; i < self->n_boxes; i++)
    {
      speak (self, i, spoken[i]);
      g_free (spoken[i]);
    }
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

guint
stile_path_view_get_n_boxes (StilePathView *self)
{
  return self->n_boxes;
}

/**
 * stile_path_view_get_box:
 *
 * Returns: (transfer none): a box, in the order of the way
 */
StilePathBox *
stile_path_view_get_box (StilePathView *self, guint index)
{
  g_return_val_if_fail (index < self->n_boxes, NULL);

  return STILE_PATH_BOX (self->boxes[index]);
}

/**
 * stile_path_view_is_vertical:
 *
 * Returns: whether the boxes stand one below the other for want of room
 */
gboolean
stile_path_view_is_vertical (StilePathView *self)
{
  return stile_path_layout_is_vertical (
      STILE_PATH_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))));
}
