"""Layers and training loops with a fault each, which students find by their behaviour.

The code is encoded, so that it is not read by accident. `print(SOURCE)` shows it.
"""

import base64
import zlib

_ENCODED = (
    "c-q}pO^@3)5WVYH41B5VRh11;6i5OCO@j1P^pG0Z1VKP^rIAIfL<%GoXY=bj9DUnrkemvv4!e?ue0*=-"
    "h(m8Sn?q?4p^}ei9Y~#nKO68?Dy{ShDq|W4XXQ&U8ljMF<pE_@CQuj)zC^&UXfx%|!I8sGbYMqD8{Q3w$8@vVM3Jf+V?ET;mr+z$Q$t-"
    "fqQt79nQ5t<H}(<wQSTa)mG99J(Dm4!c|Y{ewyGZA8m%$&nEw@GQ50pBbPfbR#w$a%FC(Cfm~jxYA=>2y&ZTh(jkK~xA67e|589Q5la;wb?H"
    "w?)<9%aIL((fsS0^<f=U4zo1cSKPVO1nxTHmx@1dN_SPvalL&+j;a`8~r7!7wppsCYhm6v=vC$KuCy1z%<Fs?wlH#=XoQ&eG;2*SQr1KSli&"
    "SoE#cTqr}Tx@9f8hPZ$?98{X%7E1HGgb-lgNe)ll&HXrn=P-pZs-<#>w`;i>#}|Q_a-"
    "fZezsaD9_?X(+Is{6?Z>IP3>gI|>FL2_rwBpTEu;K@D+k?+y@JE-"
    "cyY#S3$=j!plD_I@3(d=nh0DyVFVZWcMbYa2uDfd}*sURiN0G;C5lXHX9l$oasORAe;xV0&19`*iJc9~#ymWG^{_sAnQR-NJRc?Qqzyo5FtJ"
    ">`kw#6&+uU!wmgcd@yHBw`-"
    "4+(ro;3NGNUu30nx*u+K36YUDGznp)$Ng>kJR!q<Rtl%S;r{pE63_xeGjRLo#K!8=R6~c*V6JK=m=_2n@TjoLLraqyj<b$Jdv!s3IyW_7@X_"
    "bc;rLBJvQnQg9@d{#6?ZmKs8dTtLs{#ErbxP4(h&#2Q?3FiiwdBE@6g4;h7a4h+_}8r63$~Y%j72>{+aN{yG078Rard<%aUW(kSv)eE5t86+"
    "HU8T;?uSC|M4hXixBMgaGSn(@qHK9>+NUk92IKeWZhJu7}iBn8b30JZd1%vMkQ~GF4IByFAhcs%AF(@=aA=|&PK-OXh$dbi9QzsPpP}qt>^7"
    "*;;<bJb6#3M8Fm|LW`*d?h%QmQ#HVid%O2%sHsSN2|H3k^=A}tfP09!4qi~oLq>p_gN0-t6MXB*=FX=W$;{Q#J%cT85aAwqalpGv%-"
    "m1)Zd+nr+C&I7$%UXf{@WG0{`=PV@!{a3F{nQLA<HCVHv`MtqST>oyGRAuaUezILkvkf72uDcysJw3nvoCTWvb$iiTTlrnFFFL|ZXbRZq+04"
    "^s3t)rBD&}p+(!QbWf&d;"
)
SOURCE = zlib.decompress(base64.b85decode(_ENCODED)).decode()
exec(SOURCE)
