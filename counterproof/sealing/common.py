"""Passphrases that are tried first, in the reduced form that `strength.reduce` makes.

A short list of our own: the heads of published lists of leaked passwords, keyboard walks, and the
examples that every guide to passphrases prints. It is no dictionary; the estimate does the rest.
"""

from __future__ import annotations

_WORDS = """
    abc abcabc access account admin administrator adobe airport alexander amanda andrea andrew angel
    anthony apple arsenal asdf asdfgh asdfghjkl ashley asshole austin azerty babygirl bailey banana
    barcelona baseball basketball batman benfica berlin biteme blink bond brandon buster butterfly
    carlos celtic changeme charlie cheese chelsea chocolate chris computer cookie correcthorsebatterystaple
    counterproof daniel david default diamond digitalwallet dragon eagle easy einstein elizabeth family
    flower football forever freedom friend fuckyou gandalf george ginger google guest hallo hammer
    hannah harley heather hello hockey hunter identitywallet iloveyou internet jasmine jennifer jessica
    jesus jesuschrist john johnny jordan joseph joshua justin killer king knight krishna lakers letmein
    letmeinplease liverpool login london lovely loveyou maggie manchester marina martin master matrix
    matthew melissa merlin michael michelle mickey monkey monster mustang mypassphrase mypassword
    mywallet naruto nicole nirvana nothing opensesame orange p paris pass passphrase passw passwd
    password passwordpassword patrick pepper peter phoenix pokemon princess purple qazwsx qwer qwert
    qwerty qwertyuiop rangers robert rockyou ronaldo samantha samsung sarah secret september shadow
    silver slipknot snoopy soccer software sophie spider spring starwars steelers stella summer
    sunshine superman superstar taylor tennis test testing testpassphrase testtest thepassword thomas
    thunder tigger tobeornottobe trustno trustnoone unknown user valentina victoria wallet warcraft
    welcome welcometo whatever william winter wizard yankees yellow zaq zaqxsw zxcvbn zxcvbnm
    thequickbrownfox thequickbrownfoxjumpsoverthelazydog maytheforcebewithyou onceuponatime
    tobeornottobethatisthequestion happybirthday iloveyouforever correcthorse batterystaple
"""
COMMON = frozenset(_WORDS.split())
KEYBOARD_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
)
