"""Understanding: what old people really type, and what must never be misread.

Each table is a list of sayings; "None" and "Unread" hold the traps.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.understand import (
    Choice,
    Chosen,
    OutOfRange,
    Reading,
    Unread,
    Unsure,
    compare_typed,
    danger_kind,
    is_secret,
    read_choice,
    read_exactly,
    read_numbers,
    read_truth,
    read_yes_no,
    wish,
)
from tests.play import shelf

WORDS = shelf().words


def sayings(table: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (one.strip(), meaning)
        for meaning, every in table.items()
        for one in every.replace("\n", " ").split("|")
        if one.strip()
    ]


WISHES = {
    "letters": """chữ nhỏ quá | chữ nhỏ quá bác không đọc được | chu nho qua |
    chữ to lên được không | chữ bé quá không đọc được | phóng to chữ lên | make the text bigger""",
    "garden": """bài này học bao lâu | còn dài không | bao giờ xong | con may bai nua |
    how long is it""",
    "next": """
    cho tôi học tiếp | tiep | tieeps | tiwp tuc | tieeps tujc ddi | hoctiep | ok | oke cháu |
    ừ | uh | rồi | hoc | hoc di chau | bat dau | bác xong rồi | bai moi | hoc bai moi | dc roi |
    bác hiểu rồi | 👍 | đồng ý | sao nữa | bác muốn học zalo | tôi muốn học bài chống lừa đảo |
    muốn học gọi video | vâng cháu | được cháu ạ | ừ học đi | thế học tiếp đi |
    rồi tiếp đi con | học tiếp bài đang dở | bác xong rồi cháu ơi | bác làm được rồi | ok con |
    okela | uhm | um | okie chau | yes | tiep tuc di | tiêp | tiếp nha | hoc tiêp
    """,
    "stop": """
    bác muốn nghỉ | bac muon nghi | đừng nhắn nữa | dung nhan nua | dung | dừng | dungf | stop |
    thôi | nghi thoi | đừng gửi tin nữa | tôi không học nữa | không học nữa đâu |
    không muốn học | thôi bác nghỉ đây | bác nghỉ nhé | I want to stop | thôi không học nữa |
    thôi thôi | dừng lại đi | ngưng nha con | hủy đăng ký | đừng gửi tin cho tôi nữa |
    dung lai di chau | nghir thooi
    """,
    "repeat": """
    nói lại đi cháu | gì cơ | noi lai cho bac nghe voi | nhac lai | cháu nói gì cơ | lap lai |
    nhac laii | repaet | cho bác xem lại | nói lại cho bác với | bác chưa nghe ra |
    xem lại bài cũ | bác nghe không rõ | nois laij | noi la.i di
    """,
    "slower": """
    chậm thôi cháu ơi | tu tu thoi chau | từ từ | tu tu | nhanh qua bac khong theo kip |
    nói chậm chậm cho bác nghe | nói từ từ thôi bác già rồi | bac gia roi noi cham thoi |
    đợi bác tí | chờ chút nhé | từ từ đã cháu
    """,
    "help": """
    gặp người thật | cho toi gap nguoi | giúp | giup toi voi | bác không làm được |
    khong bam duoc | gọi người giúp bác | 0 | máy bác hư rồi | cho bác gặp cô hướng dẫn |
    gọi cho ai giúp bác với | có ai giúp bác không | bác cần gặp tình nguyện viên phường |
    cháu gọi người đến giúp bác nhé | help me please | máy của bác bị treo |
    bác không mở được zalo | bấm mãi không được | giups bacs vowis
    """,
    "dont_know": """
    bác không hiểu gì cả | khong hieu | k hiu | ko hieu gi het | khoong hieeur | kho6ng hie63u |
    kho qua | khó quá cháu ơi | chịu | cháu nói gì bác không hiểu | bác không biết làm sao |
    lam sao bay gio | bác chẳng biết đâu | i dont understand | bác quên mất rồi |
    khoong hieeur gif car | kho hieu qua di | qua kho | tôi hổng hiểu | hông hiểu gì hết trơn |
    hem hiu | hỏng biết | chịu chết | bó tay rồi cháu
    """,
    "delete": """
    xóa | xóa hết dữ liệu của bác đi | xoa het du lieu cua toi | xoá tôi đi | xoa het di |
    bác không muốn lưu nữa | xóa tên bác khỏi máy | xoas duwx lieeuj
    """,
    "address": """
    đổi cách gọi | gọi tôi là bà | goi toi la ong nhe | đổi tên gọi | gọi bác là cô đi |
    bác thích được gọi là chị | đừng gọi tôi là bác nữa | tôi là đàn ông, gọi là ông |
    goi anh thoi
    """,
    "english": """
    english please | tieng anh | speak english please | đổi sang tiếng anh | switch to english
    """,
    "menu": """
    danh sách bài | học bài khác | menu | co nhung bai nao | cho xem danh sách bài học |
    có bài nào về zalo không
    """,
    "remind": """
    nhắc bác buổi tối | doi gio nhac | nhac toi luc 8 gio | nhắc bác lúc 7 giờ tối |
    8 giờ sáng nhắc tôi nhé | mai nhắc bác học nhé
    """,
    "who_are_you": """
    cháu là ai đấy | cháu có phải người không | máy hay người | who are you | what is this |
    ai đang nói chuyện với tôi đấy | mày là máy à | cháu bao nhiêu tuổi
    """,
    "thanks": """
    cảm ơn cháu | cám ơn cháu nhiều nhé | thank you | cháu giỏi quá | hay quá
    """,
    "greeting": """
    chào cháu | alo | hello | cháu ơi | helo | xin chao | chao buoi sang | chào con |
    hello cháu
    """,
    "later": """
    bác mệt | mai học | để mai | chau oi bac met qua roi mai bac hoc tiep nhe |
    đau đầu quá mai học | bác bận đi đón cháu | hôm nay bác bận lắm | de luc khac nhe |
    tam biet | hôm nay học thế thôi | mai hoc tiep nhe chau | để tối bác học | toi nay hoc |
    bác đi nấu cơm đã | bác đi ngủ đây | bận việc nhà | mệt ghê | tui mệt quá nghỉ xíu | nghỉ xíu đã
    """,
    "review": """
    ôn bài | on bai | cho bác ôn lại một câu | ôn tập đi cháu | review
    """,
    "sick": """
    con tôi bị ốm | bác bị ốm | hom nay bac khong khoe | ba tôi bị bệnh | nhà tôi nằm viện |
    con toi om | cháu nội bác bị sốt
    """,
    "None": """
    đúng | đụng | tôi có 2 con | 2 | dạ 2 ạ | asdkj | tôi vừa đi chợ về | bác nghĩ là b | đọc mã |
    gọi con hỏi lại | tắt máy | hỏi công an phường | tấm ảnh | cái loa | không ai |
    chuyển một nửa | bấm vào hình tấm ảnh | sáng | không đồng ý | không lưu | phải | nơi khác |
    việc khác | điện thoại | giấy tờ | gọi rồi | chưa được | để lại như cũ |
    ngày mai con tôi về | đây là số của công an à
    """,
    "back": """
    quay lai | quay lại câu trước | tro lai | quay lsi | cho bác về bài trước |
    quay lại bài trước | trở về câu lúc nãy | quay laij
    """,
    "read_aloud": """
    đọc cho bác nghe | doc to len chau | nghe | 9 | số 9 |
    bác không biết chữ | đọc to cho bác | mắt bác kém lắm | ddocj to leen
    """,
    "no_remind": """
    đừng nhắc bác nữa | khong nhac nua | đừng có nhắc tôi nữa | tắt nhắc nhở đi
    """,
    "vietnamese": """
    tieng viet
    """,
    "my_data": """
    xem du lieu cua toi | cháu lưu gì của bác
    """,
    "settings": """
    cai dat
    """,
    "skip": """
    bo qua | bỏ qua câu này đi cháu | câu khác đi | cho bác bỏ qua câu này | thôi cho qua đi
    """,
    "start_again": """
    hoc lai tu dau | làm lại từ đầu | học lại | học từ đầu
    """,
    "thank_person": """
    gui loi cam on | cam on nguoi moi | gửi lời cảm ơn cô Hoa giúp bác |
    nhắn cảm ơn chị ấy hộ bác
    """,
    "invite": """
    moi ban hoc | rủ bà hàng xóm học cùng | bác muốn mời bà bạn học chung
    """,
    "send_link": """
    gui cho minh | mo may khac | bác đổi điện thoại mới
    """,
    "join": """
    nối máy | noi may | nối thêm máy | câu nối | cho tôi xin câu nối | nối zalo với trang web |
    nối máy này với máy kia cháu ơi | join phones
    """,
    "part": """
    tách máy này ra | tach may | tách ra | tách điện thoại này ra giúp bác | part this phone
    """,
    "add_learner": """
    thêm người học | them nguoi hoc | thêm ông nhà tôi | thêm một người học nữa |
    máy này hai vợ chồng cùng học | add a learner
    """,
    "change_learner": """
    đổi người | doi nguoi | đổi người học | tôi là người khác | somebody else
    """,
    "word_meaning": """
    otp là gì | nghia la gi | link là cái gì vậy cháu | mật khẩu nghĩa là gì |
    wifi là gì hả cháu | app là gì
    """,
    "false_alarm": """
    không phải | nham roi | bac bam nham | tôi bấm nhầm | gửi nhầm rồi cháu | ko phai |
    không phải đâu cháu
    """,
    "ward": """
    doi phuong
    """,
    "chat": """
    trời hôm nay đẹp | cháu ăn cơm chưa | hôm nay mưa to lắm | kể chuyện cười đi | haha
    """,
    "question": """
    mua rau o dau | mấy giờ rồi | gửi ảnh qua zalo thế nào | how do I send a photo
    """,
    "upset": """
    đồ máy ngu | bực mình quá | vớ vẩn | this is stupid
    """,
    "family": """
    nhà có việc | nha co viec chau a | gia đình đang có việc | nhà bác có đám cưới |
    có việc gia đình | family matters
    """,
    "mourning": """
    tang | nhà bác có tang | bố tôi mới mất hôm qua | đi đám ma | my father passed away
    """,
    "privacy": """
    ai xem được tin nhắn của bác | có lộ thông tin không | is this private
    """,
}

DANGERS = {
    "scam": """
    vừa chuyển tiền | toi vua chuyen tien cho no roi | bị lừa | bi lua | bi lua roi chau oi |
    bác bị lừa rồi | mat het tien | mất tiền | mat tien | mất tiền rồi | nó lừa tôi |
    no lua toi | no lua bac mat 5 trieu | doc ma otp cho no roi | đọc mã rồi | doc ma roi |
    lo doc ma cho nguoi ta | chuyen khoan cho no roi | ck cho no r | cong an goi bat toi |
    công an gọi | cong an goi | cong an goi cho toi | công an gọi điện dọa bắt bác |
    co nguoi xung la cong an bat chuyen tien | bij luwaf | bi5 lu7a2 | maats tieenf |
    toi lo bam link la roi | tai khoan bi tru tien | tiền trong thẻ mất hết rồi | no doa toi |
    i was scammed | bác bị nó lừa hết tiền rồi | toi bi lua mat 20 trieu |
    chau oi bac bi lua dao roi | bac bi chung no lua | bi lừa rồi | mất hết tiền tiết kiệm rồi |
    tien trong tai khoan mat sach | tiền bay hết rồi cháu ơi | nó rút hết tiền của bác rồi |
    bac lo chuyen 5 trieu cho nguoi la | tôi trót chuyển khoản cho nó 10tr |
    vua ck cho nguoi ta 2tr | chuyen tien roi moi biet bi lua | đã gửi tiền cho người ta |
    tôi đưa mã otp cho họ rồi | bac doc so otp cho nhan vien ngan hang roi | lỡ cho nó mã rồi |
    no bao toi doc ma otp | nó đòi mã otp | co nguoi goi doi tien |
    có người giả công an gọi dọa bắt tôi | cong an goi bao toi dinh vao ma tuy |
    công an bảo tôi chuyển tiền | ben vien kiem sat goi | họ bảo bác nộp phí để nhận quà |
    toi bam vao link la roi | bác lỡ bấm vào đường link rồi | zalo cua toi bi hack |
    bị hack facebook | tài khoản bác bị khóa mất tiền | no doa dua anh len mang |
    toi vua cai app la | bác vừa đọc mật khẩu cho nó | gui anh can cuoc cho no roi |
    i sent money to a scammer | they took my money | bi luaf |
    no bao con toi bi tai nan can chuyen tien gap |
    bij luwaf tieenf | maats heets tieenf rooif | tôi bị lua | lua toi roi |
    lua het tien cua toi | mat 3 trieu roi | mất toi 5 triệu | bi mat tien trong the |
    the atm mat tien | nó lấy hết tiền | no lay tien cua bac roi | nó lừa bác | bọn nó lừa
    """,
    "fire": """
    chay nha | cháy | cháy nhà rồi | nha chay | nhà hàng xóm cháy | chay nha roi cuu voi |
    cuu toi voi chay nha roi | cháy cháy | nhà bác đang cháy | bep dang chay |
    bếp ga cháy to quá | co chay | khói nhiều quá cháy rồi | o dien boc chay | help fire |
    my house is on fire | chays nhaf
    """,
    "medical": """
    kho tho qua | khó thở | bac kho tho | dot quy | đột quỵ rồi | chong toi bi dot quy |
    dau nguc | đau ngực quá | meo mieng | ong nha toi meo mieng roi | chest pain |
    ông nhà tôi bị đột quỵ | vợ tôi ngất rồi |
    chồng bác không thở được | toi tuc nguc kho tho | bac dau tim qua | meo mom roi |
    mẹ tôi bị tai biến | bac bi nga khong dung day duoc | chau be bi dien giat |
    uong nham thuoc roi | chay mau nhieu qua | chảy máu không cầm được | goi cap cuu giup toi |
    i can't breathe | khos thowr | ddau ngujc | dột quỵ | kho thơ
    """,
    "violence": """
    bi danh | bị chồng đánh | chong danh toi | con trai đánh tôi | bắt cóc | co ke danh toi |
    thằng con nó đánh bác | con toi danh toi | bi chong danh dap | hang xom danh nhau |
    có trộm vào nhà | bi cuop | bị đanh | đang bị đánh | danh nguoi | bi danh dau qua |
    no danh toi | bạo hành | dọa giết | nó cầm dao dọa giết
    """,
    "child": """
    chau toi bi bat coc | cháu bị xâm hại | xam hai tre em | con toi bi bat coc |
    no bat coc chau toi | cháu gái tôi bị xâm hại
    """,
    "self_harm": """
    tự tử | muon tu tu | bác muốn chết | toi muon chet | khong muon song nua |
    không thiết sống nữa | toi muon tu tu | tu tu cho xong | bác chán sống lắm rồi |
    toi khong muon song nua chau a | song lam gi nua | chết quách cho xong | bac muon chet |
    tự tữ | tôi nghĩ đến cái chết | uong thuoc sau | i want to die
    """,
    "None": """
    máy chạy chậm | may chay cham | chay pin | điện thoại chạy chậm quá | đánh chữ |
    danh chu kho qua | đánh máy | danh may | danh sách | danh sach bai | sợ bị lừa thì làm sao |
    so bi lua thi lam sao | lừa đảo là gì | lua dao la gi | đánh dấu | từ từ thôi | tu tu thoi |
    tu tu | từ từ đã | tử tế | có mất tiền không | co mat tien khong chau | tôi không bị lừa |
    chưa mất tiền | ăn chay | bác hay ăn chay | chạy đi chợ | đọc mã | tắt máy |
    hỏi công an phường | gọi công an | công an phường ở đâu | chuyển tiền thế nào |
    danh ba dien thoai | đánh mất điện thoại | lua chon 2 | lựa chọn | mai chạy xe ra chợ |
    bài lừa đảo | học về lừa đảo | cách tránh bị lừa | phòng cháy | không khó thở | đau lưng |
    mệt | tim đập nhanh | cháu bảo tôi chuyển bài | tôi thở phào | ngân hàng ở đâu | song khoe |
    bác sống ở quê | bác khó nhớ quá | cháu chạy đâu rồi | gửi ảnh cho con rồi | đã gửi ảnh |
    mất mạng | mất sóng | mất bài rồi | bị mất mật khẩu zalo | quên mật khẩu |
    Không đưa mã cho ai | Tắt máy, hỏi công an phường, xã | chao chau |
    bác là giáo viên dạy đàn | xem tim kiem | tìm bài | thích đánh cờ | đang chạy xe | trẻ con |
    cháu con nhà ai | con trai tôi ở xa | tôi lạc đường | bác đang nấu cơm | đèn nháy |
    máy nóng quá | bãi cháy | bai chay | phường Bãi Cháy | bác ở bai chay | dánh dấu |
    chạy máy cày | danh sach bai hoc | bac danh chu cham lam | đánh vần | đánh số | mưa to quá |
    trời nóng quá | bác đau chân | đau mắt | bác sợ bị lừa lắm | lam sao de khong bi lua |
    lua chon | bác bị mất điện | mất mạng rồi cháu ơi | bị mất chữ | mat kinh | mắt kém |
    tiền điện trả thế nào | rút tiền mặt ở đâu | tra tien mat | gửi tiền tiết kiệm ở đâu |
    chuyển tiền qua ngân hàng có an toàn không | chuyen tien co mat phi khong |
    cách chuyển tiền | bác muốn học chuyển tiền | bác muốn nạp tiền điện thoại |
    đọc mã otp cho ai | mã otp là gì | công an có gọi điện không | gọi cho con | con gọi bác |
    bác đã gửi ảnh cho con | tôi vừa gửi tin cho cháu | mới đọc xong bài | vừa mở zalo rồi |
    đã bấm rồi | bac bam vao roi | máy bị treo | bị đơ | song o que | thích sống chậm |
    khổ thơ này hay | tu te | cho bác từ từ | từ từ bác đọc | chay lai | chạy lại từ đầu |
    ăn chay trường | bác đánh răng đã | đánh cờ với bạn | đánh bài | nó chạy lung tung |
    màn hình chạy lung tung | cháu bị ốm | chết máy rồi | máy chết | hết pin chết máy |
    cười chết mất | mệt chết đi được | khó chết đi được | vui chết đi được | không chuyển tiền |
    không đọc mã cho ai | không ai | ngân hàng gọi | công an gọi có hình | đọc cho bác nghe |
    đưa máy cho con | nộp tiền điện | trả tiền điện nước | bị cận | bị lùa gà là gì | ba mat |
    hai mat | cá tính | dao này bận | dạo này bác bận
    """,
}


@pytest.mark.parametrize(("typed", "meant"), sayings(WISHES))
def test_wishes(typed: str, meant: str) -> None:
    assert str(wish(typed, WORDS)) == meant


@pytest.mark.parametrize(("typed", "kind"), sayings(DANGERS))
def test_danger(typed: str, kind: str) -> None:
    assert str(danger_kind(typed, WORDS)) == kind


# --- options ----------------------------------------------------------------------------


def offered(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(str(number), label) for number, label in enumerate(labels, 1))


SIGNS = offered("Cái loa", "Tấm ảnh", "Ba chấm")
CALL = offered("Tắt máy", "Đọc mã")
CONSENT = offered("Đồng ý", "Không lưu")
POLICE = offered(
    "Chuyển một nửa cho yên chuyện",
    "Giữ máy để giải thích cho rõ",
    "Tắt máy, hỏi công an phường, xã",
)
STOP_OR_RIGHT = offered("Đúng", "Dừng")
NUMBERS = offered("Gọi 113", "Gọi 114", "Gọi 115")
HOURS = offered("Sáng 8:00", "Chiều 16:00", "Tối 19:30")
LINK = offered("Bấm link", "Không bấm link")

READINGS: list[tuple[tuple[Choice, ...], dict[str, str]]] = [
    (
        SIGNS,
        {
            "1": """một | mot | mootj | mo65t | 1 | 1. | bac chon 1 | cái đầu tiên | a | cai loa |
            loa | so 1 nhe chau | the first one | chọn một ạ | cái loa nhé | CÁI LOA | 1 cái loa""",
            "2": """2 | dạ 2 ạ | câu 2 nha | chọn cái thứ hai | so 2 | b | đáp án b | hai | 2. |
            2) | (2) | hai nhé cháu | tam anh | tấm ành | 2 tam anh | tam amh | tâm anhr | cau2 |
            2nhe | hinh thu 2 | tấm ảnh nhé cháu | theo bác là tấm ảnh | cái giữa | 2️⃣ | second |
            bac nghi la so 2 dung day chau a | cái tấm ảnh có núi ấy | option b please | B | ảnh |
            number two | so hai nhe | chắc là 2 | bác chọn số 2 rồi đấy | tammanh | tấmảnh |
            dạ em chọn câu hai ạ | số 2 cháu ơi""",
            "3": "3 | ba | cái cuối | số cuối | ba cham | ba chấm | c | đáp án c | ba nhé | chấm",
            "2?": "2 con | số 2 phải không | 22 | 222 | 2 đúng không cháu | 2?",
            "1,2?": "1 hay 2 | 1 2 | một hoặc hai",
            "2,1?": "2 cái loa",
            "1,3?": "ko phai tam anh | không phải 2 | ko phai 2 | đừng chọn 2 | trừ 2",
            "2,3?": "không phải cái loa | không chọn cái 1 | k chon 1",
            "=5": "5 | số 5 | năm nhé",
            "=9": "số 9",
            "-": """tôi có 2 con | toi co 2 con | tôi có 2 cháu |
            ba ơi | bà ơi | bà | asdkj | dạ ạ | da a |
            d | đ | 2 giờ | lúc 2 giờ chiều | nhà có 3 người | cả hai | 2 cái | bác 70 tuổi |
            tôi không chọn loa | ạ |
            mai 2 giờ | hjhj | toi khong biet | trời mưa | con bác ốm | có 1 người gọi |
            cái | cái này | tấm | chọn cái""",
        },
    ),
    (
        CALL,
        {
            "1": "tat may | tat | tắt máy đi | tắt máy ạ",
            "2": "đọc | doc ma nhe",
            "-": "k doc ma | không đọc mã | không tắt máy | khong tat | ko tat dau",
        },
    ),
    (
        CONSENT,
        {
            "1": "dong y | ddoongf ys | dongy | dog y | bác đồng ý | dong y chau a | đông ý",
            "2": "ko luu | k luu | không lưu nhé | khoong luwu | kho6ng lu7u",
            "2?": "không",
            "-": """không phải | kp | không đúng | không được | không đồng ý | k dong y | lưu |
            chưa đồng ý | ko dong y dau | chua dong y""",
        },
    ),
    (
        POLICE,
        {
            "1": "chuyển một nửa | chuyen mot nua",
            "2": "giu may | giải thích | giu may de giai thich",
            "3": """tat may di hoi cong an | hoi cong an | tat may | 3 tắt máy | c | cuối cùng |
            tắt máy hỏi phường | tat may hoi cong an phuong xa""",
            "2,3?": "may | khong chuyen",
            "1,2?": "không tắt máy",
            "-": "hỏi con trai tôi xem sao đã",
        },
    ),
    (STOP_OR_RIGHT, {"1": "đúng | đung | ddungs", "2": "dừng | dừng ạ | duwngf", "1,2?": "dung"}),
    (NUMBERS, {"2": "114 | goi 114 | gọi 114 nhé | 2", "=116": "116", "-": "goi 116"}),
    (HOURS, {"1": "sang | sáng nhé | buoi sang | sáng 8:00", "3": "tối | buổi tối"}),
    (HOURS, {"-": "ở đâu | o dau | mấy giờ"}),
    (
        offered("dichvucong.gov.vn", "dichvucong-gov.com", "dichvucong.gov.vn.top"),
        {"1": "dichvucong.gov.vn", "1,3?": "dichvucong.gov.vn.tpo", "3": "dichvucong.gov.vn.top"},
    ),
    (
        offered("Gọi lại số vừa gọi", "Mở danh bạ, chạm tên con"),
        {
            "1?": "dung goi lai | gọi lại số vừa gọi phải không",
            "2": "mo danh ba",
            "-": "đừng gọi lại",
        },
    ),
    (LINK, {"2": "không bấm | khong bam link | đừng bấm link", "1": "bam link"}),
]


def short(reading: Reading) -> str:
    match reading:
        case Chosen(id=one):
            return one
        case Unsure(ids=ids):
            return ",".join(ids) + "?"
        case OutOfRange(number=number):
            return f"={number}"
        case Unread():
            return "-"


@pytest.mark.parametrize(
    ("choices", "typed", "reading"),
    [(choices, typed, reading) for choices, table in READINGS for typed, reading in sayings(table)],
)
def test_choices(choices: tuple[Choice, ...], typed: str, reading: str) -> None:
    assert short(read_choice(typed, choices, WORDS)) == reading


def test_other_words_for_a_choice() -> None:
    choices = (Choice("yes", "Có", ("ừ", "vâng")), Choice("no", "Không", ("thôi",)))
    assert read_choice("vâng ạ", choices, WORDS) == Chosen("yes")
    assert read_choice("thoi", choices, WORDS) == Chosen("no")


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("doc ma", "2"),
        ("2 ạ", "2"),
        ("đọc mã rồi", None),  # something that happened: danger is asked first
        ("doc ma r", None),
        ("mã", None),
        ("tắt máy?", None),
    ],
)
def test_an_exact_answer_may_go_before_danger(typed: str, chosen: str | None) -> None:
    assert read_exactly(typed, CALL, WORDS) == chosen


@pytest.mark.parametrize(
    ("typed", "count", "order"),
    [
        ("2 1 3", 3, (2, 1, 3)),
        ("213", 3, (2, 1, 3)),
        ("2-1-3", 3, (2, 1, 3)),
        ("2,1,3 nhé", 3, (2, 1, 3)),
        ("2>1>3", 3, (2, 1, 3)),
        ("hai một ba", 3, (2, 1, 3)),
        ("hai mot ba bon", 4, (2, 1, 3, 4)),
        ("dạ 2 1 3 ạ", 3, (2, 1, 3)),
        ("2 rồi 1 rồi 3", 3, (2, 1, 3)),
        ("thứ tự là 2 1 3", 3, (2, 1, 3)),
        ("so 2, so 1, so 3", 3, (2, 1, 3)),
        ("đầu tiên là 2 sau đó 1 cuối cùng 3", 3, (2, 1, 3)),
        ("12 3", 3, (1, 2, 3)),
        ("2", 3, (2,)),
        ("2 1 2", 3, None),
        ("4 1 2", 3, None),
        ("0 1", 3, None),
        ("1 không 2", 3, None),
        ("tôi có 2 con", 3, None),
        ("2 con 1", 3, None),
        ("", 3, None),
        ("tiếp", 3, None),
    ],
)
def test_orders(typed: str, count: int, order: tuple[int, ...] | None) -> None:
    assert read_numbers(typed, WORDS, count) == order


TRUTHS = {
    "True": """đúng | dung | đ | d | 1 | số 1 | dung roi chau | ddungs | d9u1ng | dạ đúng ạ | phai |
    true | bác nghĩ là đúng | dung vay | chắc là đúng | câu này đúng | đunng | đúngg | dug |
    tôi chọn đúng | phải | chính xác""",
    "False": """không | chưa chắc | không nên đâu |
    sai | s | 2 | số 2 | không đúng | ko dung | k dung | chua dung | chưa đúng | saii |
    sai r | cau nay sai | không phải | false | hình như sai | sai chứ | tôi chọn sai | hok dung""",
    "None": """dừng | đừng | đúng không | khong biet | sai hay đúng | đúng hay sai |
    dung lai | 3 | sao | đúng 1 nửa | k sai | đúng? | ừ | asd | đụng""",
}


@pytest.mark.parametrize(("typed", "answer"), sayings(TRUTHS))
def test_true_or_false(typed: str, answer: str) -> None:
    assert str(read_truth(typed, WORDS)) == answer


YES_OR_NO = {
    "True": """ừ | có | co | dạ | vâng ạ | đồng ý | dong y | được | ok cháu | yes | bác đồng ý |
    đúng rồi | phải | tôi có | có chứ | 👍""",
    "False": """ko | k | không | thôi | dạ không ạ | không đồng ý | k dong y | không được | chưa |
    no | không phải | không cần đâu | hông""",
    "None": "co gi khong | mai | asd | tôi có 2 con",
}


@pytest.mark.parametrize(("typed", "answer"), sayings(YES_OR_NO))
def test_yes_or_no(typed: str, answer: str) -> None:
    assert str(read_yes_no(typed, WORDS)) == answer


@pytest.mark.parametrize(
    ("typed", "choices", "secret"),
    [
        ("482913", 0, True),
        ("482913", 3, True),
        ("482913 ạ", 3, True),
        ("mã 482913", 3, True),
        ("ma otp la 482 913", 3, True),
        ("otp 1234", 0, True),
        ("0912345678", 0, True),
        ("0912 345 678", 3, True),
        ("001 185 012 345", 0, True),
        ("4111-1111-1111-1111", 0, True),
        ("４８２９１３", 0, True),
        ("213", 3, False),
        ("2134", 4, False),  # an order
        ("2222", 3, False),  # a key held too long
        ("1 2 3 4", 4, False),
        ("2", 0, False),
        ("mã số 2", 3, False),
        ("tôi sinh năm 1955", 0, False),
        ("50000 đồng", 0, False),
        ("19h30", 0, False),
    ],
)
def test_secrets(typed: str, choices: int, secret: bool) -> None:
    assert is_secret(typed, choices, WORDS) is secret


@pytest.mark.parametrize(
    ("typed", "kind", "missing"),
    [
        ("Chúc cả nhà ngủ ngon.", "exact", ()),
        ("chuc ca nha ngu ngon", "loose", ("chúc", "cả", "nhà", "ngủ")),
        ("chúc cả nhà ngu ngon", "loose", ("ngủ",)),
        ("chucs car nhaf ngur ngon", "loose", ("chúc", "cả", "nhà", "ngủ")),
        ("chuc ca nha ngu ngom", "near", ("ngon",)),
        ("chuccanha ngungon", "near", None),
        ("chúc cả nhà ngu", "far", ()),
        ("xin chào", "far", ()),
        ("bỏ qua", "far", ()),
        ("", "far", ()),
    ],
)
def test_typing_a_phrase(typed: str, kind: str, missing: tuple[str, ...] | None) -> None:
    said = compare_typed(typed, "chúc cả nhà ngủ ngon")
    assert said.kind == kind
    assert missing is None or said.missing == missing


def test_an_address_must_be_right() -> None:
    target = "dichvucong.gov.vn"
    assert compare_typed("https://DichVuCong.gov.vn/", target, (), True).kind == "exact"
    assert compare_typed("dịchvucông.gov.vn", target, (), True).kind == "loose"
    assert compare_typed("dichvucong.gov.v", target, (), True).kind == "far"


def test_the_kindest_variant_counts() -> None:
    assert compare_typed("hoà thuỷ uý", "hòa thủy úy").kind == "exact"
    assert compare_typed("chào bà", "chào ông", ("chào bà",)).kind == "exact"


# --- any text ---------------------------------------------------------------------------

ANY_TEXT = st.text(alphabet=st.characters(), max_size=120) | st.text(
    alphabet="abcdhiknotu ạáđêơư123 .,?", max_size=60
)


@given(ANY_TEXT)
def test_nothing_typed_can_fail(text: str) -> None:
    danger_kind(text, WORDS)
    is_secret(text, 3, WORDS)
    wish(text, WORDS)
    read_truth(text, WORDS)
    read_yes_no(text, WORDS)
    read_numbers(text, WORDS, 3)
    read_exactly(text, SIGNS, WORDS)
    compare_typed(text, "chúc cả nhà ngủ ngon")
    reading = read_choice(text, POLICE, WORDS)
    if isinstance(reading, Unsure):
        assert reading.ids
        assert set(reading.ids) <= {"1", "2", "3"}


@given(st.text(alphabet="bdfghjklmnpqrsvwxz", min_size=2, max_size=14))
def test_noise_is_never_an_answer(noise: str) -> None:
    for choices in (SIGNS, POLICE):
        assert not isinstance(read_choice(noise, choices, WORDS), Chosen)


@given(
    st.sampled_from(["không", "ko", "k", "đừng", "khong phai", "hok"]),
    st.sampled_from(["2", "câu 2", "tấm ảnh", "tam anh", "số hai", "b", "chọn 1"]),
)
def test_a_not_is_never_the_answer_it_denies(no: str, answer: str) -> None:
    assert not isinstance(read_choice(f"{no} {answer}", SIGNS, WORDS), Chosen)


@pytest.mark.parametrize("piece", ["bi ", "mất ", "chuyển tiền ", "a b ", "1 ", "không "])
def test_a_wall_of_text_is_read_quickly(piece: str) -> None:
    wall = (piece * 4096)[:4096]
    danger_kind(wall, WORDS)
    assert wish(wall, WORDS) is None
    assert read_choice(wall, SIGNS, WORDS) == Unread()
