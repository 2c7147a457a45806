import type { Texts } from './en.ts'
import { wordsDe } from './words-de.ts'

export const de: Texts = {
  failures: {
    use_nonce: {
      title: 'Der Nachricht fehlt eine frische Nonce',
      detail: 'Die Nonce fehlte oder war zu alt. Postern holt eine neue und sendet von selbst noch einmal.',
    },
    clock_skew: {
      title: 'Die Uhr dieses Geräts geht falsch',
      detail:
        'Ihre Zeit weicht zu weit von der des Gateways ab. Datum und Uhrzeit automatisch einstellen, dann noch einmal versuchen.',
    },
    invalid_signature: {
      title: 'Dieses Gateway kennt dieses Gerät nicht',
      detail:
        'Die Nachricht war fehlerhaft, von einem unbekannten Schlüssel signiert, oder die Signatur passt nicht. Bleibt es dabei, das Gerät neu anmelden.',
    },
    invalid_token: {
      title: 'Das Zugriffstoken gilt nicht',
      detail: 'Es ist abgelaufen oder gehört zu einem anderen Schlüssel. Ein neuer Bericht bringt ein neues.',
    },
    invalid_dpop_proof: {
      title: 'Der Besitznachweis gilt nicht',
      detail: 'Der DPoP-Nachweis passt nicht zu diesem Aufruf. Postern erstellt von selbst einen neuen.',
    },
    use_dpop_nonce: {
      title: 'Der Besitznachweis braucht eine frische Nonce',
      detail: 'Postern sendet ihn mit der Nonce dieser Antwort noch einmal.',
    },
    step_up_required: {
      title: 'Bitte bestätigen, dass Sie es sind',
      detail: 'Dafür ist eine frische Anmeldung nötig. Bitte im Browser bestätigen.',
    },
    enrollment_refused: {
      title: 'Der Anmeldecode wurde nicht angenommen',
      detail:
        'Er ist unbekannt, schon benutzt oder älter als 24 Stunden. Bitte einen neuen bei der Administration erfragen.',
    },
    tier_too_low: {
      title: 'Der Geräteschlüssel ist nicht gut genug geschützt',
      detail:
        'Dieses Gateway verlangt einen Schlüssel im System-Schlüsselbund oder besser. Einen Schlüsselbund einrichten, dann neu anmelden.',
    },
    tier_downgrade: {
      title: 'Der Schutz des Geräteschlüssels darf nicht sinken',
      detail: 'Das Gerät neu anmelden, falls der stärkere Schlüssel fort ist.',
    },
    pending_approval: {
      title: 'Die Administration muss dieses Gerät freigeben',
      detail: 'Hier ist nichts zu tun; Postern fragt von selbst wieder nach.',
    },
    retired_key: {
      title: 'Dieser Geräteschlüssel wurde außer Dienst gestellt',
      detail: 'Das Gerät wurde entfernt oder hat einen neueren Schlüssel. Neu anmelden oder die Administration fragen.',
    },
    device_quarantined: {
      title: 'Dieses Gerät ist angehalten',
      detail:
        'Seine Berichte passen nicht mehr zusammen, wie nach einer zurückgespielten Sicherung oder einem kopierten Schlüssel. Die Administration um Freigabe bitten oder neu anmelden.',
    },
    not_owner: {
      title: 'Dieses Gerät gehört jemand anderem',
      detail: 'Ein eigenes Gerät benutzen oder die Administration fragen.',
    },
    device_silent: {
      title: 'Dieses Gerät hat zu lange nicht berichtet',
      detail: 'Jetzt prüfen, dann noch einmal versuchen.',
    },
    posture_failed: {
      title: 'Einige Prüfungen dieses Geräts schlagen fehl',
      detail: 'Nachsehen welche, beheben oder eine befristete Ausnahme beantragen.',
    },
    not_found: { title: 'Das gibt es hier nicht', detail: 'Es existiert nicht, oder es ist nicht für Sie bestimmt.' },
    replayed: {
      title: 'Diese Nachricht kam schon an',
      detail: 'Postern klärt das mit dem Gateway und macht von selbst weiter.',
    },
    chain_fork: {
      title: 'Die Berichte dieses Geräts folgen nicht aufeinander',
      detail:
        'Postern klärt das mit dem Gateway und macht von selbst weiter. Gelingt das nicht, muss das Gerät bestätigt werden.',
    },
    key_in_use: {
      title: 'Dieser Schlüssel gehört zu einem anderen Geräteeintrag',
      detail: 'Postern erzeugt einen neuen Schlüssel; bitte neu anmelden.',
    },
    request_closed: {
      title: 'Dieser Antrag ist abgeschlossen',
      detail: 'Er nimmt keine Änderungen mehr an. Bei Bedarf einen neuen stellen.',
    },
    state_conflict: {
      title: 'Das geht jetzt nicht',
      detail: 'Der Antrag ist inzwischen weiter. Bitte den jetzigen Stand ansehen.',
    },
    terms_changed: {
      title: 'Die Bedingungen haben sich geändert',
      detail: 'Bitte die neuen Bedingungen lesen, bevor es weitergeht.',
    },
    handoff_expired: { title: 'Diese Anmeldung hat zu lange gedauert', detail: 'Bitte im Browser neu beginnen.' },
    too_large: {
      title: 'Die Nachricht ist zu groß',
      detail: 'Eine Nachricht darf 64 KiB haben. Bitte als Fehler von Postern melden.',
    },
    media_type: {
      title: 'Die Nachricht ist von der falschen Art',
      detail: 'Der Inhaltstyp passt nicht zu dieser Adresse. Bitte als Fehler von Postern melden.',
    },
    profile_unsupported: {
      title: 'Gateway und Agent sprechen verschiedene Versionen',
      detail: 'Bitte Postern auf diesem Gerät aktualisieren.',
    },
    schema_invalid: {
      title: 'Die Nachricht hat nicht die vereinbarte Form',
      detail: 'Die genannten Stellen sind falsch. Bitte als Fehler von Postern melden.',
    },
    agent_outdated: {
      title: 'Postern muss aktualisiert werden',
      detail:
        'Dieses Gateway nimmt von einem so alten Agenten keine Berichte mehr an. Bitte Postern auf diesem Gerät aktualisieren.',
    },
    not_supported: {
      title: 'Das kann dieses Gateway noch nicht',
      detail: 'Es gehört zu einer späteren Version von Postern.',
    },
    exception_limit: {
      title: 'Der Antrag überschreitet eine Grenze',
      detail: 'Die genannten Werte berichtigen und noch einmal senden.',
    },
    number_mismatch: {
      title: 'Die Zahl passt nicht',
      detail: 'Bitte mit der Zahl im Browser vergleichen und neu beginnen.',
    },
    rate_limited: {
      title: 'Zu viele Nachrichten in kurzer Zeit',
      detail: 'Postern wartet und versucht es von selbst wieder.',
    },
    internal: {
      title: 'Im Gateway ist etwas schiefgegangen',
      detail:
        'Es steht im Protokoll des Gateways unter der Kennung dieser Antwort. Postern versucht es von selbst wieder.',
    },
    unavailable: {
      title: 'Das Gateway ist ausgelastet oder wird neu gestartet',
      detail: 'Es ist nichts verloren. Postern versucht es von selbst wieder.',
    },
    log_locked: {
      title: 'Das Prüfprotokoll nimmt keine Einträge an',
      detail: 'Bis die Administration nachgesehen hat, geht nichts, was protokolliert werden muss.',
    },
    not_eligible: { title: 'Hier dürfen Sie nicht abstimmen', detail: 'Die in der Antwort genannte Regel sagt warum.' },
    already_voted: {
      title: 'Sie haben darüber schon abgestimmt',
      detail: 'Über dieselben Bedingungen wird einmal abgestimmt.',
    },
    stage_choice: { title: 'Bitte die Stufe wählen, in der Sie abstimmen', detail: 'Sie gehören zu mehr als einer.' },
    challenge_expired: {
      title: 'Diese Bestätigung hat zu lange gedauert',
      detail: 'Bitte die Bestätigung neu beginnen.',
    },
    login_required: { title: 'Sie sind nicht angemeldet', detail: 'Melden Sie sich mit Ihrem Passkey an.' },
    ambiguous_credentials: {
      title: 'Zwei Angaben, wer fragt',
      detail: 'Senden Sie entweder das Cookie einer Sitzung oder ein Token, nicht beides.',
    },
    origin_refused: {
      title: 'Dieser Aufruf kam von einer fremden Seite',
      detail: 'Öffnen Sie die Konsole unter der Adresse dieses Gateways und versuchen Sie es dort.',
    },
    role_required: {
      title: 'Dafür braucht es eine andere Rolle',
      detail: 'Die Antwort nennt die Rollen, die es dürfen.',
    },
    sign_in_refused: {
      title: 'Die Anmeldung ist nicht gelungen',
      detail: 'Versuchen Sie es noch einmal. Ist Ihr Passkey verloren, nutzen Sie den Rückweg auf dieser Seite.',
    },
    invitation_refused: {
      title: 'Dieser Link kann nicht verwendet werden',
      detail: 'Er ist unbekannt, schon benutzt oder abgelaufen. Bitten Sie um einen neuen.',
    },
    assertion_refused: {
      title: 'Die Bestätigung wurde nicht angenommen',
      detail: 'Bestätigen Sie noch einmal, mit einem eigenen Passkey, auf der Seite dieses Gateways.',
    },
    passkey_missing: {
      title: 'Es gibt keinen Passkey zum Bestätigen',
      detail: 'Bitten Sie die Administration um einen Link, um einen zu registrieren.',
    },
    passkey_exists: {
      title: 'Diese Person hat schon einen Passkey',
      detail: 'Wer seinen verloren hat, bittet auf der Anmeldeseite um den Rückweg.',
    },
    last_passkey: { title: 'Das ist Ihr letzter Passkey', detail: 'Registrieren Sie zuerst einen anderen.' },
    last_admin: {
      title: 'Jemand muss dies verwalten können',
      detail: 'Benennen Sie zuerst eine andere Administration mit Passkey.',
    },
    role_held: {
      title: 'Diese Person hat eine Rolle oder darf genehmigen',
      detail: 'Nehmen Sie zuerst die genannten Rollen weg, oder lassen Sie sie um den Rückweg bitten.',
    },
    managed_elsewhere: {
      title: 'Dies wird woanders geführt',
      detail: 'Die Antwort nennt den Ort. Ändern Sie es dort, oder lassen Sie die Konsole übernehmen.',
    },
    edit_conflict: {
      title: 'Jemand anderes hat dies zuerst geändert',
      detail: 'Sehen Sie sich die neueste Fassung in der Antwort an und versuchen Sie es noch einmal.',
    },
    book_changed: {
      title: 'Inzwischen gilt eine andere Richtlinie',
      detail: 'Vergleichen Sie mit dem Buch, das die Antwort nennt.',
    },
    already_exists: { title: 'Das gibt es schon', detail: 'Die genannte Stelle ist vergeben.' },
    in_use: { title: 'Dies wird benutzt', detail: 'Die Antwort nennt, wovon.' },
    lint_failed: { title: 'Die Dokumente haben Fehler', detail: 'Die Antwort nennt die Zeilen.' },
    not_enrolled: {
      title: 'Dieses Gerät ist nicht angemeldet',
      detail: 'Es wird nichts gesendet. Den Anmeldelink der Administration öffnen, oder: postern agent enroll <link>',
    },
    already_enrolled: {
      title: 'Dieses Gerät ist schon bei {host} angemeldet',
      detail: 'Zuerst dort abmelden; ein Link ändert das nie.',
    },
    consent_missing: {
      title: 'Noch hat niemand dem zugestimmt, was gesendet wird',
      detail: 'Vorher wird nichts gesendet. Bitte neu anmelden und die Beschreibung lesen.',
    },
    consent_changed: {
      title: 'Die Beschreibung des Gateways hat sich geändert',
      detail: 'Es ist nicht die, der Sie zugestimmt haben. Bitte neu lesen, dann zustimmen oder abbrechen.',
    },
    key_missing: { title: 'Der Geräteschlüssel ist fort', detail: '{reason}. Bitte neu anmelden.' },
    key_locked: { title: 'Der Schlüsselbund ist gesperrt', detail: 'Bitte entsperren, dann noch einmal versuchen.' },
    key_unavailable: {
      title: 'Kein System-Schlüsselbund gefunden',
      detail:
        '{reason}. GNOME Keyring, den Secret Service von KWallet oder KeePassXC einrichten und entsperren, dann noch einmal versuchen.',
    },
    file_key_refused: {
      title: 'Die Schlüsseldatei kann nicht benutzt werden',
      detail:
        '{reason}. Nur die Einstellung AllowFileKey der Organisation erlaubt eine Schlüsseldatei, in einem eigenen Ordner.',
    },
    gateway_unreachable: {
      title: 'Das Gateway ist nicht erreichbar',
      detail: '{reason}. Bitte das Netz prüfen; Postern versucht es von selbst wieder.',
    },
    gateway_untrusted: {
      title: 'Dem Zertifikat des Gateways wird nicht vertraut',
      detail:
        '{reason}. Es wurde nichts gesendet. Bitte die Administration fragen; eine eigene Zertifizierungsstelle gehört in den Zertifikatspeicher des Systems.',
    },
    gateway_identity: {
      title: 'Das Gateway ist nicht das erwartete',
      detail: 'Es nennt sich {seen}, gefragt war {expected}. Bitte den Anmeldelink prüfen.',
    },
    gateway_answer_invalid: {
      title: 'Die Antwort des Gateways war nicht verständlich',
      detail: '{reason}. Es wurde nichts geändert. Bitte die Administration fragen, ob das Gateway aktuell ist.',
    },
    issuer_not_allowed: { title: 'Die Adresse {issuer} kann nicht benutzt werden', detail: '{reason}.' },
    link_invalid: {
      title: 'Das ist kein Anmeldelink',
      detail: '{reason}. Er beginnt mit postern://enroll? und kommt von der Administration.',
    },
    config_stale: {
      title: 'Das Gateway hat eine ältere Konfiguration gesendet',
      detail: 'Sie hat die Nummer {got}, dieses Gerät hat schon {have}. Die neuere bleibt in Kraft.',
    },
    state_too_new: {
      title: 'Ein neueres Postern hat {file} geschrieben',
      detail: 'Die Datei bleibt, wie sie ist. Bitte Postern auf diesem Gerät aktualisieren.',
    },
    state_unreadable: {
      title: '{file} ist nicht lesbar',
      detail: '{reason}. Die Datei beiseitelegen und neu starten; vielleicht muss das Gerät neu angemeldet werden.',
    },
    state_unwritable: {
      title: '{file} kann nicht geschrieben werden',
      detail: '{reason}. Was vorher da war, ist noch da. Platz schaffen oder die Rechte des Ordners richten.',
    },
    agent_not_running: { title: 'Es läuft kein Agent', detail: 'Starten mit: postern agent' },
    agent_running: { title: 'Hier läuft schon ein Agent', detail: 'Zuerst beenden, oder benutzen: postern status' },
    socket_path_too_long: {
      title: 'Der Pfad des Befehlszeilen-Endpunkts ist zu lang',
      detail: '{path} hat {bytes} Bytes, erlaubt sind 100. Mit --control einen kürzeren nennen.',
    },
    settings_invalid: {
      title: 'Die Einstellungen in {file} können nicht benutzt werden',
      detail: 'Bitte die genannten Stellen berichtigen.',
    },
    book_invalid: {
      title: 'Die Richtlinien lassen sich nicht laden',
      detail: '{remarks} Anmerkungen; das geltende Buch bleibt in Kraft. Ausführen: postern policy lint',
    },
    unknown_person: {
      title: '{email} ist hier nicht bekannt',
      detail: 'Die Person unter `people` in die Einstellungen aufnehmen, dann noch einmal versuchen.',
    },
    not_here: {
      title: 'Das geht von hier aus nicht',
      detail:
        'Es braucht die Postern-App auf einem Desktop. Öffnen Sie Postern im App-Menü, und versuchen Sie es dort.',
    },
    quit_hidden: {
      title: 'Postern läuft auf diesem Gerät weiter',
      detail: 'Ihre Organisation will es so. Muss es beendet werden, fragen Sie die Person, die dieses Gerät betreut.',
    },
    cannot_open: {
      title: 'Das ließ sich nicht öffnen',
      detail:
        '{reason}. Es wurde nichts geändert. Öffnen Sie es selbst in den Einstellungen Ihres Systems oder im Browser.',
    },
    not_implemented: { title: '{what} kommt später', detail: 'Es gehört zu einer späteren Version von Postern.' },
    question_invalid: {
      title: 'Diese Frage hat nicht die vereinbarte Form',
      detail: 'Bitte als Fehler von Postern melden.',
    },
    drafts_full: {
      title: '{most} Entwürfe sind gespeichert',
      detail: 'Bitte einen davon verwerfen und dann fortfahren.',
    },
    draft_sent: {
      title: 'Dieser Entwurf ist schon gesendet',
      detail: 'Er ist jetzt ein Antrag. Was seither geschrieben wurde, bleibt als neuer Entwurf erhalten.',
    },
    too_many_questions: {
      title: 'Zu viele Fragen in kurzer Zeit',
      detail: 'Eine Sekunde warten, dann noch einmal versuchen.',
    },
    token_invalid: { title: 'Die signierte Nachricht wurde nicht angenommen', detail: '{reason}.' },
  },
  ...wordsDe,
}
