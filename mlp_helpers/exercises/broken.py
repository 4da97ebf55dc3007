"""Networks and training loops with a fault each, which students find by their behaviour.

The code is encoded, so that it is not read by accident. `print(SOURCE)` shows it.
"""

import base64
import zlib

_ENCODED = (
    "c-rk&O>f*b5WVYH40NgFC<_ND3dDsDNsv>36mVVCu3^ZuG`k{9kpf9&?G*m+nIR>uv^HGy)Jt{P<;QUNX5QnFX_{WN77?~$P~L&rf&h(vZ|pq?-2"
    "k;f8Phx1OW%Ug2q@~dfUU9MTk1Wat))W;x6wzX#3NdF8<tOF-U_Lu-ra7}G))rO^~QSWgm34L9=iS!gah3t$<~?<I@MP#s-C=UTIsy8k1!g4?oHj"
    "Eqa)|fZF_6Hsg0V9MI(BTO_C%HQhZHAK&qk70?_;{0s08mIr_nBioaIEg;c~yC``dl8je?5*jdp?)RZl6XvjEZTh2w#>+X<JgE3C_9KC%AyZ*7>l"
    "s|@aM~M5(q1qPE{I!@22A5ER8z{0Y-$YBYS(%`)N}?sZ9eUxt9et(Vc%jk)veV6J0rZov7qZzV7}45mqZ)Wa?C%4))GI<qYWObuY}}-nv2Y$-meY"
    "W@vi9YL9WcLH`L{8p&1JHRH?HK(k76C|53u68ad^t%NF)o=48F3chRi9`<1;S9=t!VK@eP5EfmRi)G`R)oVUHF;NlgI;))qS|(cLw4AVh}+Je-j<"
    "H*^AAM*prAJ!TJi&R*C6$`Vp`p8_h<MA$nUm*$iBd__X32tYsh*Flq}_N}bjh@KTDbPJNA5%)+k^@QC)^z=`-mskipdm`v7<UBSa4`{!BzWDRE^D"
    "n=XF#b-z#)|MEJ)=%gFtz4`^h8P<Ej|W|upPCQ3@wa4t&CPFd3qWX#WkmDvau8ua9O|={Z`+ElBCP4sc}*;v6gE~WrfG`bn~u&JK^iLa`HQtzx+%"
    "gSIG6kmG9^jSiL)>{DSLJENvpzK$bh7Wd=~dqeR6~QZa+uMbV+^w)J%4xE4ZiK2tDN&vL3eQxNg!aUe7|j&14|>w9dfMtG6&T(sf?7~C=(EA)=o8"
    "-rLJnNU@$t=tWk1aokTl$?Q*v2Zv!4Vhu5RcMix73%CVU*>F?qv@-h$9_S_buhmn|8r}_!(rEuLLd!r-m(xwu|{6J0Q`vPJYVVp|JTK<y7+I1=5I"
    "9xCneoE@87>Jg_lM9Z!|GSs4FMBUa_KH4wAUI3K*D4sT*0xLL2Dfz<+WuyO27(h4!51hMpM4Hh8!pLXQX|=Nq~YyMZoVY4icZfiUNV^#{UES$Ho1"
    "T@Voy6}GsJtItL+Zx#z~rudI23rAv2(m~jCd4yLSui?<A*9=|EuBQJvKt|pRE4m`sOwWLcmM|5r|7m1?7flQ<-vx)*!a{gk9&07+GDY-iwFvA_-D"
    "lTlJfx0ar2GO!YmJQ$TOE(iui$0JvvloiL$6R2jyyHTm+0bHPe4wNkesZbP{ddp-MEq;wi_*UF{!B{iBxfRp3IXUMr5|e"
)
SOURCE = zlib.decompress(base64.b85decode(_ENCODED)).decode()
exec(SOURCE)
