/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-domain-ca.h"
#include "bootstrap/stile-est-gate.h"
#include "codec/stile-csr-attributes.h"

G_BEGIN_DECLS

/**
 * StileEstEnrolmentKind:
 * @STILE_EST_ENROLMENT_NEW: simpleenroll
 * @STILE_EST_ENROLMENT_RENEWAL: simplereenroll
 * @STILE_EST_ENROLMENT_KEY: serverkeygen
 */
typedef enum
{
  STILE_EST_ENROLMENT_NEW,
  STILE_EST_ENROLMENT_RENEWAL,
  STILE_EST_ENROLMENT_KEY,
} StileEstEnrolmentKind;

/**
 * StileEstEnrolmentRules:
 * @gate: (nullable): who may enrol; nobody when there is none
 * @gate_data: for @gate
 * @domain: (element-type StileCertificate): what is issued under these may be renewed
 * @attributes: (nullable): what requests must have
 * @ca: (nullable): who issues; %NULL when somebody else does
 */
typedef struct
{
  StileEstGate gate;
  gpointer gate_data;
  GPtrArray *domain;
  StileCsrAttributes *attributes;
  StileDomainCa *ca;
} StileEstEnrolmentRules;

StileHttpMessage *stile_est_enrolment_answer (const StileEstEnrolmentRules *rules,
                                              StileEstEnrolmentKind kind,
                                              StileExchange *exchange,
                                              StileCertificateRequest **request);

G_END_DECLS
