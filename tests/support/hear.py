"""A real recogniser for tests. For each length (4 bytes) and 16 kHz 16-bit mono audio on stdin, a line of words."""
import struct
import sys
from pocketsphinx import Decoder

decoder = Decoder(samprate=16000, loglevel="FATAL")
print("ready", flush=True)
while len(length := sys.stdin.buffer.read(4)) == 4:
    audio = sys.stdin.buffer.read(struct.unpack("<I", length)[0])
    decoder.reinit_feat()
    decoder.start_utt()
    decoder.process_raw(audio, full_utt=True)
    decoder.end_utt()
    heard = decoder.hyp()
    print(heard.hypstr if heard else "", flush=True)
