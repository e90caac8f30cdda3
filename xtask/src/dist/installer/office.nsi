; The installer of ProBonus Office for Windows: for one user, without administrator rights.
;
; `cargo xtask dist windows` calls makensis with: VERSION (1.2.3), SOURCE (folder of what is installed), OUTPUT (the file to
; write), ICON, and optionally SIGN (a command that signs the file %1).
;
; Flags:
;   /S         no window, no question
;   /P         progress only
;   /UPDATE    called by the program's updater: icons stay as the user left them
;   /R         start the program at the end
;   /ARGS ...  with these arguments; all that follows is theirs
;   /DESKTOP   an icon on the desktop, where nobody is asked
;   /WAIT=n    seconds to wait for a running program to end (60)
;
; Ends with: 0 done, 1 cancelled, 2 failed, 3 the program did not end, 4 a newer version is installed.

Unicode true
SetCompressor /SOLID lzma

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include nsDialogs.nsh

!define NAME "ProBonus Office"
!define PUBLISHER "ProBonus Office contributors"
!define PROGRAM "probonus-office.exe"
!define IDENTIFIER "ru.probonus.office"
; The same three as in src-tauri/src/shell: `windows.rs` and `window.rs`.
!define MUTEX "Local\ru.probonus.office.running"
!define END "Local\ru.probonus.office.end"
!define CLASS "ProBonusOffice"
; What is opened at the sign-in; its value is named by the identifier. The same as in src-tauri/src/app/machine/autostart.
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define RUN_APPROVED_KEY "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
; By which Windows shows the notifications of the program. The same as in src-tauri/src/shell/notifier/windows.rs.
!define TOASTS_KEY "Software\Classes\AppUserModelId\${IDENTIFIER}"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${IDENTIFIER}"
; The data of the program. Nothing is ever installed there.
!define DATA "$LOCALAPPDATA\${IDENTIFIER}"
!define ROAMING_DATA "$APPDATA\${IDENTIFIER}"
!define WEB_VIEW_CLIENT "Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
!define WEB_VIEW_BOOTSTRAPPER "https://go.microsoft.com/fwlink/p/?LinkId=2124703"
!define WEB_VIEW_PAGE "https://developer.microsoft.com/microsoft-edge/webview2/consumer/"
!define STILL_RUNNING 3
!define NEWER_INSTALLED 4

Name "${NAME}"
BrandingText "${NAME} ${VERSION}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION}.0"
VIFileVersion "${VERSION}.0"
VIAddVersionKey /LANG=0 "ProductName" "${NAME}"
VIAddVersionKey /LANG=0 "FileDescription" "${NAME}: setup"
VIAddVersionKey /LANG=0 "CompanyName" "${PUBLISHER}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "LegalCopyright" "© ${PUBLISHER}. MIT OR Apache-2.0"

!ifdef SIGN
  !uninstfinalize `${SIGN}`
!endif

Var Passive
Var Updating
Var Wait
Var Arguments
Var WithSettings
Var WithJournal

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
; The icon on the icon's own green: 164×314 pixels, without compression.
!define MUI_WELCOMEFINISHPAGE_BITMAP "side.bmp"
!define MUI_UNWELCOMEFINISHPAGE_BITMAP "side.bmp"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!define MUI_FINISHPAGE_RUN_TEXT "$(RunNow)"
!define MUI_FINISHPAGE_SHOWREADME
!define MUI_FINISHPAGE_SHOWREADME_TEXT "$(DesktopIcon)"
!define MUI_FINISHPAGE_SHOWREADME_FUNCTION MakeDesktopIcon

!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipIfPassive
!define MUI_WELCOMEPAGE_TEXT "$(Welcome)"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_INSTFILES
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipIfPassive
!insertmacro MUI_PAGE_FINISH

UninstPage custom un.AskAboutData un.RememberData
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_UNPAGE_FINISH

; The first one is for every system language but the second.
!insertmacro MUI_LANGUAGE "Russian"
!insertmacro MUI_LANGUAGE "English"
!include "words.nsh"

; --- what is asked for -------------------------------------------------------------------------------------------------

; The command line up to /ARGS is read for flags, so that no argument of the program is taken for one of ours.
Function ReadFlags
  ${GetParameters} $0
  StrCpy $Arguments ""
  StrCpy $1 0
  ${Do}
    StrCpy $2 $0 6 $1
    ${If} $2 == ""
      ${Break}
    ${EndIf}
    ${If} $2 == "/ARGS "
      IntOp $3 $1 + 6
      StrCpy $Arguments $0 "" $3
      StrCpy $0 $0 $1
      ${Break}
    ${EndIf}
    IntOp $1 $1 + 1
  ${Loop}
  StrCpy $1 $0

  StrCpy $Passive 0
  ${GetOptions} $1 "/P" $2
  ${IfNot} ${Errors}
    StrCpy $Passive 1
    SetAutoClose true
  ${EndIf}
  StrCpy $Updating 0
  ${GetOptions} $1 "/UPDATE" $2
  ${IfNot} ${Errors}
    StrCpy $Updating 1
  ${EndIf}
  StrCpy $Wait 60
  ${GetOptions} $1 "/WAIT=" $2
  ${IfNot} ${Errors}
    StrCpy $Wait $2
  ${EndIf}
  Push $1
FunctionEnd

; Pushes 1 if the flag on the stack is among ours.
!macro HasFlag FLAG RESULT
  Call ReadFlags
  Pop $1
  StrCpy ${RESULT} 0
  ${GetOptions} $1 "${FLAG}" $2
  ${IfNot} ${Errors}
    StrCpy ${RESULT} 1
  ${EndIf}
!macroend

Function SkipIfPassive
  ${If} $Passive == 1
    Abort
  ${EndIf}
FunctionEnd

Function .onInit
  Call ReadFlags
  Pop $1
  ReadRegStr $0 HKCU "${UNINSTALL_KEY}" "DisplayVersion"
  ${If} $0 != ""
    ${VersionCompare} $0 "${VERSION}" $1
    ${If} $1 == 1
      MessageBox MB_OK|MB_ICONEXCLAMATION "$(NewerInstalled)" /SD IDOK
      SetErrorLevel ${NEWER_INSTALLED}
      Quit
    ${EndIf}
  ${EndIf}
FunctionEnd

; --- the running program -----------------------------------------------------------------------------------------------

; Asks a running program to end, and waits. The program first finishes what it is sending. It is never ended by force: money may
; be under way.
;
; A program that has an icon in the notification area hides its window at WM_CLOSE. So it is asked by an event, which each
; program waits for; the event resets itself, and one request ends one program. A program from before that event has no icon
; and is asked by WM_CLOSE, as by its own cross.
!macro CloseProgram UN
Function ${UN}CloseProgram
  again:
  IntOp $4 $Wait * 2
  ${Do}
    StrCpy $5 ""
    System::Call 'kernel32::OpenMutexW(i 0x100000, i 0, w "${MUTEX}") p .r1'
    ${If} $1 P<> 0
      StrCpy $5 "runs"
      System::Call 'kernel32::CloseHandle(p r1)'
      ; EVENT_MODIFY_STATE
      System::Call 'kernel32::OpenEventW(i 0x2, i 0, w "${END}") p .r1'
      ${If} $1 P<> 0
        System::Call 'kernel32::SetEvent(p r1)'
        System::Call 'kernel32::CloseHandle(p r1)'
      ${Else}
        FindWindow $2 "${CLASS}"
        ${If} $2 P<> 0
          System::Call 'user32::PostMessageW(p r2, i ${WM_CLOSE}, p 0, p 0)'
        ${EndIf}
      ${EndIf}
    ${ElseIf} ${FileExists} "$INSTDIR\${PROGRAM}"
      ; Without the mutex too: the program of another session, or one that has not quite ended.
      ClearErrors
      FileOpen $3 "$INSTDIR\${PROGRAM}" a
      ${If} ${Errors}
        StrCpy $5 "locked"
      ${Else}
        FileClose $3
      ${EndIf}
    ${EndIf}
    ${If} $5 == ""
      Return
    ${EndIf}
    ${If} $4 <= 0
      ${Break}
    ${EndIf}
    DetailPrint "$(Closing)"
    Sleep 500
    IntOp $4 $4 - 1
  ${Loop}
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(StillRunning)" /SD IDCANCEL IDRETRY again
  SetErrorLevel ${STILL_RUNNING}
  Quit
FunctionEnd
!macroend
!insertmacro CloseProgram ""
!insertmacro CloseProgram "un."

; --- install -----------------------------------------------------------------------------------------------------------

Section
  Call CloseProgram
  SetOutPath "$INSTDIR"
  SetOverwrite on
  File "${SOURCE}/${PROGRAM}"
  File "${SOURCE}/WebView2Loader.dll"
  File "${SOURCE}/LICENSE-MIT.txt"
  File "${SOURCE}/LICENSE-APACHE.txt"
  File "${SOURCE}/THIRD-PARTY.txt"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" $0

  ${If} $Updating == 0
    CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}"
    !insertmacro HasFlag "/DESKTOP" $0
    ${If} $0 == 1
      Call MakeDesktopIcon
    ${EndIf}
  ${EndIf}
  Call OfferWebView
SectionEnd

Function MakeDesktopIcon
  CreateShortcut "$DESKTOP\${NAME}.lnk" "$INSTDIR\${PROGRAM}"
FunctionEnd

Function .onInstSuccess
  !insertmacro HasFlag "/R" $0
  ${If} $0 == 1
    Exec '"$INSTDIR\${PROGRAM}" $Arguments'
  ${EndIf}
FunctionEnd

; --- the web view of the system ----------------------------------------------------------------------------------------

; Leaves the version of the web view in $0, or nothing.
Function FindWebView
  ReadRegStr $0 HKLM "SOFTWARE\WOW6432Node\${WEB_VIEW_CLIENT}" "pv"
  ${If} $0 == ""
  ${OrIf} $0 == "0.0.0.0"
    ReadRegStr $0 HKCU "Software\${WEB_VIEW_CLIENT}" "pv"
  ${EndIf}
  ${If} $0 == "0.0.0.0"
    StrCpy $0 ""
  ${EndIf}
FunctionEnd

; Where nobody is asked, nothing is fetched: the program says at its start what is missing.
Function OfferWebView
  Call FindWebView
  ${If} $0 != ""
  ${OrIf} ${Silent}
  ${OrIf} $Passive == 1
    Return
  ${EndIf}
  MessageBox MB_YESNO|MB_ICONQUESTION "$(WebViewMissing)" IDYES fetch
  MessageBox MB_OK|MB_ICONINFORMATION "$(WebViewLater)"
  Return
  fetch:
  DetailPrint "$(WebViewFetching)"
  InitPluginsDir
  System::Call 'urlmon::URLDownloadToFileW(p 0, w "${WEB_VIEW_BOOTSTRAPPER}", w "$PLUGINSDIR\webview2.exe", i 0, p 0) i .r1'
  ${If} $1 = 0
    ExecWait '"$PLUGINSDIR\webview2.exe" /silent /install' $1
    Call FindWebView
    ${If} $0 != ""
      Return
    ${EndIf}
  ${EndIf}
  MessageBox MB_OK|MB_ICONEXCLAMATION "$(WebViewFailed)"
FunctionEnd

; --- uninstall ---------------------------------------------------------------------------------------------------------

Function un.onInit
  StrCpy $WithSettings 0
  StrCpy $WithJournal 0
  StrCpy $Wait 60
  ${GetParameters} $0
  ${GetOptions} $0 "/WAIT=" $1
  ${IfNot} ${Errors}
    StrCpy $Wait $1
  ${EndIf}
FunctionEnd

Var SettingsBox
Var JournalBox

; Both boxes are empty at first: who only clicks on keeps everything.
Function un.AskAboutData
  !insertmacro MUI_HEADER_TEXT "$(DataTitle)" "$(DataSubtitle)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 100% 44u "$(DataText)"
  Pop $0
  ${NSD_CreateCheckbox} 0 50u 100% 12u "$(DataSettings)"
  Pop $SettingsBox
  ${NSD_CreateCheckbox} 0 68u 100% 12u "$(DataJournal)"
  Pop $JournalBox
  nsDialogs::Show
FunctionEnd

Function un.RememberData
  ${NSD_GetState} $SettingsBox $WithSettings
  ${NSD_GetState} $JournalBox $WithJournal
  ${If} $WithJournal == 1
    MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "$(JournalSure)" IDYES sure
    Abort
    sure:
  ${EndIf}
FunctionEnd

; The entry of the sign-in, if it opens this program. A portable copy of the same user keeps its own.
Function un.ForgetSignIn
  ReadRegStr $0 HKCU "${RUN_KEY}" "${IDENTIFIER}"
  StrCpy $1 '"$INSTDIR\${PROGRAM}"'
  StrLen $2 $1
  StrCpy $0 $0 $2
  ${If} $0 == $1
    DeleteRegValue HKCU "${RUN_KEY}" "${IDENTIFIER}"
    DeleteRegValue HKCU "${RUN_APPROVED_KEY}" "${IDENTIFIER}"
  ${EndIf}
FunctionEnd

Section "Uninstall"
  Call un.CloseProgram
  Call un.ForgetSignIn
  ; By name: a folder may hold files of the user.
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\WebView2Loader.dll"
  Delete "$INSTDIR\LICENSE-MIT.txt"
  Delete "$INSTDIR\LICENSE-APACHE.txt"
  Delete "$INSTDIR\THIRD-PARTY.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  Delete "$DESKTOP\${NAME}.lnk"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  ; A portable copy registers itself anew with its next notification.
  DeleteRegKey HKCU "${TOASTS_KEY}"
  Delete "${DATA}\notification.png"

  ${If} $WithSettings == 1
    Delete "${DATA}\settings*.json"
    Delete "${DATA}\live\binding-*.json"
    RMDir /r "${DATA}\authorities"
    RMDir /r "${DATA}\logs"
    RMDir /r "${DATA}\training"
    RMDir /r "${DATA}\EBWebView"
    Delete "${ROAMING_DATA}\.window-state.json"
    RMDir "${ROAMING_DATA}"
  ${EndIf}
  ${If} $WithJournal == 1
    RMDir /r "${DATA}\live"
  ${EndIf}
  ; Only if nothing is left in it.
  RMDir "${DATA}"
SectionEnd
