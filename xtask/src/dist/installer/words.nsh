; What the installer says.

LangString Welcome ${LANG_RUSSIAN} "Программа будет установлена для вас одного; права администратора не нужны.$\r$\n$\r$\nЕсли ProBonus Office сейчас открыта, она будет закрыта: сначала она закончит то, что отправляет. Журнал операций и настройки останутся как есть.$\r$\n$\r$\nНажмите «Установить»."
LangString Welcome ${LANG_ENGLISH} "The program is installed for you alone; no administrator rights are needed.$\r$\n$\r$\nIf ProBonus Office is open now, it will be closed, after it has finished what it is sending. Journal and settings stay as they are.$\r$\n$\r$\nClick Install."

LangString RunNow ${LANG_RUSSIAN} "Открыть ProBonus Office"
LangString RunNow ${LANG_ENGLISH} "Open ProBonus Office"

LangString DesktopIcon ${LANG_RUSSIAN} "Значок на рабочем столе"
LangString DesktopIcon ${LANG_ENGLISH} "Icon on the desktop"

LangString NewerInstalled ${LANG_RUSSIAN} "На компьютере уже установлена более новая версия: $0. Этот файл устанавливает ${VERSION}.$\r$\n$\r$\nБолее старая программа не откроет журнал более новой, поэтому замены не будет."
LangString NewerInstalled ${LANG_ENGLISH} "A newer version is installed already: $0. This file installs ${VERSION}.$\r$\n$\r$\nAn older program can't open the journal of a newer one, so nothing was replaced."

LangString Closing ${LANG_RUSSIAN} "Ждём, пока программа закончит отправку и закроется…"
LangString Closing ${LANG_ENGLISH} "Waiting until the program has finished sending and closes…"

LangString StillRunning ${LANG_RUSSIAN} "ProBonus Office ещё открыта и не закрывается сама. Возможно, она ждёт ответа сервера.$\r$\n$\r$\nЗакройте её сами и нажмите «Повтор». Не завершайте её через диспетчер задач: исход отправленной операции станет неизвестен."
LangString StillRunning ${LANG_ENGLISH} "ProBonus Office is still open and does not close by itself. It may be waiting for the server's answer.$\r$\n$\r$\nClose it yourself and click Retry. Please don't end it by the task manager: the outcome of an operation that was sent would be unknown."

LangString WebViewMissing ${LANG_RUSSIAN} "Для окна программы нужен компонент Windows «Microsoft Edge WebView2», а на этом компьютере его нет.$\r$\n$\r$\nЗагрузить его с сайта Microsoft и установить сейчас? (бесплатно, права администратора не нужны)"
LangString WebViewMissing ${LANG_ENGLISH} "The program's window needs Microsoft Edge WebView2, a part of Windows that this computer lacks.$\r$\n$\r$\nDownload it from Microsoft and install it now? (free, no administrator rights needed)"

LangString WebViewFetching ${LANG_RUSSIAN} "Загружаем Microsoft Edge WebView2…"
LangString WebViewFetching ${LANG_ENGLISH} "Downloading Microsoft Edge WebView2…"

LangString WebViewLater ${LANG_RUSSIAN} "Программа установлена, но откроется только после установки Microsoft Edge WebView2. Его можно взять здесь:$\r$\n${WEB_VIEW_PAGE}"
LangString WebViewLater ${LANG_ENGLISH} "The program is installed, but it opens only once Microsoft Edge WebView2 is there. It can be had here:$\r$\n${WEB_VIEW_PAGE}"

LangString WebViewFailed ${LANG_RUSSIAN} "Установить Microsoft Edge WebView2 не удалось: возможно, нет интернета или он закрыт.$\r$\n$\r$\nПрограмма установлена, но откроется только с ним. Возьмите его здесь или передайте адрес системному администратору:$\r$\n${WEB_VIEW_PAGE}"
LangString WebViewFailed ${LANG_ENGLISH} "Microsoft Edge WebView2 could not be installed: there may be no internet, or it is closed.$\r$\n$\r$\nThe program is installed, but opens only with it. Get it here, or give this address to your administrator:$\r$\n${WEB_VIEW_PAGE}"

LangString DataTitle ${LANG_RUSSIAN} "Журнал и настройки"
LangString DataTitle ${LANG_ENGLISH} "Journal and settings"

LangString DataSubtitle ${LANG_RUSSIAN} "Что оставить на этом компьютере"
LangString DataSubtitle ${LANG_ENGLISH} "What stays on this computer"

LangString DataText ${LANG_RUSSIAN} "Журнал операций и настройки остаются: если программу установить снова, она продолжит с того же места. Отметьте, что удалить вместе с программой."
LangString DataText ${LANG_ENGLISH} "Journal and settings stay: if the program is installed again, it goes on from there. Tick what is to be deleted with the program."

LangString DataSettings ${LANG_RUSSIAN} "Удалить настройки, журналы работы и данные учебного режима"
LangString DataSettings ${LANG_ENGLISH} "Delete settings, logs and the data of the training mode"

LangString DataJournal ${LANG_RUSSIAN} "Удалить журнал операций и его резервные копии"
LangString DataJournal ${LANG_ENGLISH} "Delete the journal of operations and its backups"

LangString JournalSure ${LANG_RUSSIAN} "Журнал — единственная запись о том, что было отправлено на сервер и чем это закончилось. Вернуть его будет нельзя.$\r$\n$\r$\nУдалить журнал?"
LangString JournalSure ${LANG_ENGLISH} "The journal is the only record of what was sent to the server and how it ended. It can't be brought back.$\r$\n$\r$\nDelete the journal?"
