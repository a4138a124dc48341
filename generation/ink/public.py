"""Text-to-ink around public weights: BERT (for example `bert-base-chinese`) and CLIP from local folders."""

from dataclasses import replace
from pathlib import Path

from generation.ink.clip import Clip
from generation.ink.config import ClipConfig, InkConfig, TextConfig
from generation.ink.model import InkModel
from generation.ink.storage import LoadError
from generation.ink.text import HubTokenizer, TextEncoder

from transformers import BertModel, CLIPModel  # isort: skip

OPTIONS = {"local_files_only": True, "use_safetensors": True}


def with_public(config: InkConfig, bert: Path | None = None, clip: Path | None = None) -> InkModel:
    """A fresh model of this configuration whose text encoder or CLIP are those in the folders; only `safetensors` are
    read.
    """
    try:
        text = None if bert is None else BertModel.from_pretrained(bert, add_pooling_layer=False, **OPTIONS)
        judge = None if clip is None else CLIPModel.from_pretrained(clip, **OPTIONS)
        text_tokenizer = clip_tokenizer = None
        if text is not None:
            length = min(config.text.length, text.config.max_position_embeddings)
            text_tokenizer = HubTokenizer(bert, length)
            config = replace(config, text=TextConfig(text.config.to_diff_dict(), length, "bert"))
        if judge is not None:
            config = replace(config, clip=_clip_config(judge))
            clip_tokenizer = HubTokenizer(clip, judge.config.text_config.max_position_embeddings)
        elif text is not None:
            sizes = {"vocab_size": text.config.vocab_size, "max_position_embeddings": config.text.length}
            config = replace(config, clip=replace(config.clip, text=dict(config.clip.text) | sizes))
    except (OSError, ValueError) as problem:
        raise LoadError(f"The public weights in {bert or clip} cannot be loaded.") from problem
    model = InkModel(config, text_tokenizer, clip_tokenizer)
    _adopt(model.text, text)
    _adopt(model.clip, judge)
    return model


def _adopt(part: TextEncoder | Clip, public: BertModel | CLIPModel | None) -> None:
    if public is not None:
        part.model.load_state_dict(public.state_dict())


def _clip_config(public: CLIPModel) -> ClipConfig:
    text, vision = public.config.text_config.to_diff_dict(), public.config.vision_config.to_diff_dict()
    return ClipConfig(text, vision, public.config.projection_dim, "clip")
