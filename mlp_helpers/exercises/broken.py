"""Layers and training loops with a fault each, which students find by their behaviour.

The code is encoded, so that it is not read by accident. `print(SOURCE)` shows it.
"""

import base64
import zlib

_ENCODED = (
    "c-q}pO^@3)5WVYH41B5VRa6HJ3M7Gnq(OTMa!3tqf*_!|(#RrKA_bC)v-$NMj=pU-NKOG(hh0fSKE5|^#GzNK)xNZdP{{|h4y4Y(pA2{_l~("
    "!)l`)Njlkz1PjZnz8@_;fc6DW)YUn1aFw3%|~;J{%gwtpNLX?%WmNLQ;>6sfu~)<Z3Q8AXLPHPlrjN~{`MJS~;;#y&tl>hH#6<$H7laXGf<+"
    "YkMxt*VDNMr+JG=5IqRilVHN&Vk^^_{xy=iwNi<W*mfUh<4e4Q)wJRBdx5_ht-bggJNajXl1TYdk4(yaMxJVkm!n%)JYA<ITpYX!5}VnSQQD"
    "F);Fye0i&nT)A*P0^IJ|`e#bCFFicDtDxS|CMY5jPvG_4v!A;qFsWd2(aVN9;le9U>b?%CSpQ8Q}Ec(`JE{`Eq-"
    "Le*4LtMZc4k}G>3#IvOLI|+yB!{Q&=58FpbC^OH)lxac>ub3g#}|Q_a-fZecVy5+d`#_Z9Rj7{H`9B1b#p<Y7dUZQTJhIou;K@D+k?+y@T$w"
    "zZMt8k<jrG9Nndrdh2~|(!e!>w7wMJJqG<L1*WD!)Y_1`MN0G<ZB9vS&I)HU_R?ov1#A7-kd-"
    "8_Y`5h|M@zTku`osIQMyX@@Rk__ZfqTRzSGC*iZHpJ?U%DQA35|njYovB!?-"
    "Tftz(@KkzQ{`DbU)l|5+WmQXg0!1kGpO9G$F%%Rtl%S;qK38321?#8Mxh3Vq^7js-b;oR2MZ9%nJk(cu-j7p^-"
    "@qhgnCVy}F=1om&|&_~>)!Yy2i4S*ed059`mWiaVqz)Ul<ap{(^nQzTt2>4<~iDOUlMMFmj7cj)3^!-w@;?p)q*3FonyW%3gb|4jJf-"
    "6Dn4s;nM_WyvvXNS4f#E5y${TCeAp;^VdS*LW1JMF=)K*rv~)f8WLH_4YG%jtaGKvTmwS4A(_c8b30JZd1%vMkQ~GF4IByZw^KX%AF(@r;z8"
    "I&PK-OXh$dbi9QzsPpP}qt>^7*;;<eKb6#3M8MX~IbA{;4h%QmQ#HVidiyq}>HsSN2|I9M3=A}tfP0D-Z18|rVq>p_gN0-"
    "t6MXB*=FX=W$;{Q#J%cT85aAwqalpGv%-"
    "m1)Zd+nr+C&H86d96Ty_+Ulf{m|L{;c=4oerkr5ap4#r+9X<QESpSU8RNYKuj&xB$Q_M3gd?PURNl9P*%vtw*_<)iEU1K&7aam}w+p`uQZ02"
    "dRFj|*5nXf)uA~0|dKnnq"
)
SOURCE = zlib.decompress(base64.b85decode(_ENCODED)).decode()
exec(SOURCE)
