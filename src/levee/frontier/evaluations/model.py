"""The model as Inspect sees it: one that is called through a Levee gateway, within the limits of the run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessageAssistant,
    ChatMessageTool,
    ContentReasoning,
    ContentText,
    GenerateConfig,
    Model,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    get_model,
    modelapi,
)
from inspect_ai.tool import ToolCall
from inspect_ai.util import LimitExceededError
from typing_extensions import override

from levee.formats.strict_json import read_json
from levee.frontier.evaluations.calling import Over, spelled
from levee.frontier.evaluations.record import RUNNING
from levee.frontier.evaluations.types import MARK, REFUSED, Ended, Limit, Message
from levee.frontier.gateway.counting import tokens_of
from levee.kernel.errors import LeveeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspect_ai.model import ChatMessage, StopReason
    from inspect_ai.tool import ToolChoice, ToolInfo

    from levee.frontier.evaluations.calling import Answered, Caller, Wanted
    from levee.frontier.evaluations.record import Record
    from levee.frontier.evaluations.types import Settings

NAME = "levee"
_FINISH: dict[str, StopReason] = {
    "stop": "stop",
    "length": "max_tokens",
    "tool_calls": "tool_calls",
    "content_filter": "content_filter",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What a model needs for its answers.

    Attributes:
        over: is told why, where the evaluation ends here.
        spent: is told that a run spent something.
        clock: seconds, from anywhere.
        scripted: whether a scripted agent was ordered in place of a model.
    """

    caller: Caller
    settings: Settings
    over: Callable[[Over], None]
    spent: Callable[[Record], None]
    clock: Callable[[], float]
    scripted: bool


class GatewayModel(ModelAPI):
    """Answers with what a gateway answers."""

    connection: Connection

    @override
    async def generate(
        self,
        input: list[ChatMessage],
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """Ask the gateway; the run ends where it has no room left, and the evaluation where the gateway ends it.

        Raises:
            LimitExceededError: of the run. Over: of the evaluation.
        """
        record = RUNNING.get()
        record.messages = [_message(each) for each in input]
        body = {
            "model": self.model_name,
            "messages": [_told(each) for each in input],
            "tools": [_tool(each) for each in tools],
            "seed": record.seed,
            "max_tokens": self.connection.settings.answer,
        }
        body["max_tokens"] = self._room(record, tokens_of(len(spelled(body))))
        record.turns += 1
        try:
            answered = await self.connection.caller.chat(body, record.spend)
            record.spend(answered.went_out + answered.came_in)
            self.connection.spent(record)
            self._check_who(answered)
        except Over as error:
            self.connection.over(error)
            raise
        output = _output(answered, self.model_name)
        record.messages.append(_message(output.message))
        return output

    @override
    def max_connections(self) -> int:
        """As many as runs go on."""
        return self.connection.settings.samples

    def _check_who(self, answered: Answered) -> None:
        """A model is run only under an agreement, which a scripted agent does without."""
        if self.connection.scripted and not answered.text.startswith(MARK):
            raise Over(
                Ended.FAILED, "a scripted agent was ordered, and this answer is not one's: a model needs an agreement"
            )

    def _room(self, record: Record, asked: int) -> int:
        if record.turns >= self.connection.settings.turns:
            raise _ended(record, Limit.TURNS, self.connection.settings.turns)
        if self.connection.clock() - record.began > self.connection.settings.minutes * 60:
            raise _ended(record, Limit.TIME, self.connection.settings.minutes)
        if asked > self.connection.settings.context:
            raise _ended(record, Limit.CONTEXT, self.connection.settings.context)
        room = record.room(asked, self.connection.settings.answer)
        if room < 1:
            raise _ended(record, Limit.TOKENS, record.most or 0)
        return room


@modelapi(name=NAME)
def _registered() -> type[ModelAPI]:
    return GatewayModel


def model(handle: str, connection: Connection) -> Model:
    """The model of a handle. Nothing of the connection goes through Inspect, which writes down what it is given."""
    found = get_model(f"{NAME}/{handle}", memoize=False)
    if not isinstance(found.api, GatewayModel):
        message = f"another model is registered as {NAME}"
        raise TypeError(message)
    found.api.connection = connection
    return found


def _ended(record: Record, limit: Limit, most: int) -> LimitExceededError:
    record.limit = limit
    return LimitExceededError("custom", value=most, limit=most, message=f"the run has no {limit} left")


def _message(message: ChatMessage) -> Message:
    if isinstance(message, ChatMessageTool) and message.error:
        return Message(role=REFUSED, text=message.error.message)
    reasoning = ""
    if not isinstance(message.content, str):
        reasoning = "".join(part.reasoning for part in message.content if isinstance(part, ContentReasoning))
    return Message(role=message.role, text="\n".join(filter(None, (reasoning, message.text))))


def _told(message: ChatMessage) -> dict[str, Any]:
    """A message as chat completions take it; what a model reasoned is not said to it again."""
    told: dict[str, Any] = {"role": message.role, "content": message.text}
    if isinstance(message, ChatMessageAssistant) and message.tool_calls:
        told["tool_calls"] = [
            {
                "id": each.id,
                "type": "function",
                "function": {"name": each.function, "arguments": json.dumps(each.arguments)},
            }
            for each in message.tool_calls
        ]
    if isinstance(message, ChatMessageTool):
        told["tool_call_id"] = message.tool_call_id or ""
        if message.error is not None:
            told["content"] = message.error.message
    return told


def _tool(tool: ToolInfo) -> dict[str, Any]:
    parameters = tool.parameters.model_dump(exclude_none=True, by_alias=True)
    return {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": parameters},
    }


def _output(answered: Answered, model: str) -> ModelOutput:
    content: list[ContentReasoning | ContentText] = []
    if answered.reasoning:
        content.append(ContentReasoning(reasoning=answered.reasoning))
    content.append(ContentText(text=answered.text))
    message = ChatMessageAssistant(
        content=list(content),
        tool_calls=[called(each) for each in answered.wanted] or None,
        model=model,
        source="generate",
    )
    usage = ModelUsage(
        input_tokens=answered.went_out,
        output_tokens=answered.came_in,
        total_tokens=answered.went_out + answered.came_in,
    )
    reason = _FINISH.get(answered.finish, "unknown")
    return ModelOutput(model=model, choices=[ChatCompletionChoice(message=message, stop_reason=reason)], usage=usage)


def called(wanted: Wanted) -> ToolCall:
    """The call of a tool; what is no JSON object is told to the model as its error."""
    try:
        arguments = read_json(wanted.arguments.encode())
    except LeveeError:
        arguments = None
    if isinstance(arguments, dict):
        return ToolCall(id=wanted.id, function=wanted.name, arguments=dict(arguments))
    return ToolCall(id=wanted.id, function=wanted.name, arguments={}, parse_error="arguments are one JSON object")
