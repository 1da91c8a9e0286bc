from kundenmetrik.words import notes as notes
from kundenmetrik.words.language import Language as Language
from kundenmetrik.words.language import language as language
